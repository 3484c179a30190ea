using System.Text;

namespace Governance.Tests.Support;

/// <summary>Looks for texts in bytes, in every form in which they could have been left behind.</summary>
internal static class ByteSearch
{
    /// <summary>The forms of a text: UTF-8 and UTF-16, as typed and in either case; hex; base64 at each of its three alignments.</summary>
    public static IReadOnlyList<(string Form, byte[] Bytes)> FormsOf(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var forms = new List<(string, byte[])>
        {
            ("UTF-8", plain),
            ("lower case", Encoding.UTF8.GetBytes(text.ToLowerInvariant())),
            ("upper case", Encoding.UTF8.GetBytes(text.ToUpperInvariant())),
            ("UTF-16", Encoding.Unicode.GetBytes(text)),
            ("hex", Encoding.ASCII.GetBytes(Convert.ToHexString(plain))),
            ("hex, lower case", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(plain))),
            ("percent encoding", Encoding.ASCII.GetBytes(Uri.EscapeDataString(text))),
        };
        for (var shift = 0; shift < 3; shift++)
        {
            // The first and last characters also carry bits of what stands around the text: they are left out.
            var encoded = Convert.ToBase64String([.. new byte[shift], .. plain]).TrimEnd('=');
            var from = shift == 0 ? 0 : shift + 1;
            var core = encoded[from..^1];
            if (core.Length >= 8)
            {
                forms.Add(($"base64 at {shift}", Encoding.ASCII.GetBytes(core)));
                forms.Add(($"base64url at {shift}", Encoding.ASCII.GetBytes(core.Replace('+', '-').Replace('/', '_'))));
            }
        }

        return forms;
    }

    /// <summary>Where any of the texts stands in the bytes, by form; empty where none does.</summary>
    public static IEnumerable<string> Find(IEnumerable<string> texts, string where, byte[] bytes) =>
        from text in texts
        from form in FormsOf(text)
        where bytes.AsSpan().IndexOf(form.Bytes) >= 0
        select $"{text} ({form.Form}) in {where}";
}
