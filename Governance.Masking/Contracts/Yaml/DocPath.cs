namespace Governance.Masking.Contracts.Yaml;

/// <summary>Writes paths such as <c>schema[0].properties[2].name</c>; the document itself is the empty path.</summary>
internal static class DocPath
{
    public static string Key(string path, string key)
    {
        var name =
            key.Length is > 0 and <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
                ? key
                : Words.Quote(key);
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    public static string Item(string path, int index) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}[{index}]");
}
