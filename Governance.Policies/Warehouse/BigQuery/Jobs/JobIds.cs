using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>
/// Ids of jobs: letters, digits, underscores and dashes, at most 1,024. https://cloud.google.com/bigquery/docs/reference/rest/v2/JobReference
/// The same text always gives the same id, and no id is another one's second attempt.
/// </summary>
internal static class JobIds
{
    // Room for the number of an attempt.
    private const int Longest = 1000;
    private const int Kept = 64;
    private const int HashLetters = 32;

    /// <summary>The id that stands for a text: the text itself where it may be one, else its beginning and its hash.</summary>
    public static string From(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.Length <= Longest && text.All(IsAllowed) && !EndsAsAttempt(text))
        {
            return text;
        }

        var begin = string.Concat(text.Take(Kept).Select(letter => IsAllowed(letter) ? letter : '-'));
        return $"{begin}-{Hash(text)}";
    }

    /// <summary>An id that no job has: for a query that is run for its answer of now, and is not looked for again.</summary>
    public static string Fresh(string feature) =>
        From($"{feature}-{RandomNumberGenerator.GetHexString(HashLetters, lowercase: true)}");

    /// <summary>The id of an attempt, from 1: <c>id</c>, <c>id_2</c>, <c>id_3</c>.</summary>
    public static string Attempt(string id, int attempt) =>
        attempt is 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}_{attempt}");

    /// <summary>A short hash of a text, in hexadecimal.</summary>
    internal static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLetters];

    private static bool IsAllowed(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    private static bool EndsAsAttempt(string text)
    {
        var digits = text.AsSpan().TrimEnd("0123456789");
        return digits.Length < text.Length && digits.EndsWith("_");
    }
}
