using System.Collections.Concurrent;
using System.Text;

namespace Governance.Tests.Support.BigQuery.Policies;

/// <summary>Who a bearer token is. Tokens of the stand-in name their member; any other is refused.</summary>
internal sealed class Members
{
    private readonly ConcurrentDictionary<string, string> _members = new(StringComparer.Ordinal);

    /// <summary>A token of a member.</summary>
    /// <param name="member">As IAM writes it, such as <c>user:analyst@example.com</c>.</param>
    public string TokenFor(string member)
    {
        var token = $"stand-in.{Convert.ToHexString(Encoding.UTF8.GetBytes(member))}";
        _members[token] = member;
        return token;
    }

    /// <summary>The member of an Authorization header; null where it names none.</summary>
    public string? Of(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) is true
            ? _members.GetValueOrDefault(authorization["Bearer ".Length..])
            : null;
}
