using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Tests.Support;

/// <summary>Short ways to say a dataset in a test.</summary>
internal static class Contracts
{
    public static Dataset Dataset(string name, string? subject, params Column[] columns) =>
        new(
            name,
            name,
            "",
            $"{name}-contract",
            "team",
            subject is null ? null : new DatasetSubject("customer", subject),
            ErasureRule.Delete,
            [.. columns],
            [],
            null
        );

    public static Column Public(string name, params Column[] children) =>
        new(name, name, null, "", "public", null, null, null, null, null, [.. children]);

    public static Column Personal(
        string name,
        string method,
        string category = "user",
        params (string Name, string Value)[] parameters
    ) => new(name, name, null, "", "restricted", category, null, null, Rule(method, parameters), null, []);

    public static Column Identifier(string name, string domain, Link link, string method = "surrogate") =>
        new(name, name, null, "", "restricted", $"user.{domain}", domain, link, Rule(method), null, []);

    /// <summary>An object, a map or an array (whose one child has no name): children get their paths from here.</summary>
    public static Column Composite(string name, params Column[] children) =>
        new(
            name,
            name,
            null,
            "",
            null,
            null,
            null,
            null,
            null,
            null,
            [.. children.Select(child => Below(name, child))]
        );

    private static Column Below(string parent, Column child)
    {
        var path = child.Name.Length == 0 ? $"{parent}[]" : $"{parent}.{child.Path}";
        return child with
        {
            Path = path,
            Children = [.. child.Children.Select(inner => Rebase(child.Path, path, inner))],
        };
    }

    private static Column Rebase(string from, string to, Column column) =>
        column with
        {
            Path = to + column.Path[from.Length..],
            Children = [.. column.Children.Select(inner => Rebase(from, to, inner))],
        };

    private static MaskingRule Rule(string method, params (string Name, string Value)[] parameters) =>
        new(
            method,
            parameters.ToImmutableDictionary(
                parameter => parameter.Name,
                parameter => parameter.Value,
                StringComparer.Ordinal
            )
        );
}
