using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Governance.Tests.Warehouse.BigQuery.Census;

/// <summary>A place of the source code at which words of GoogleSQL are written.</summary>
/// <param name="Where">The class and the method.</param>
/// <param name="Text">The words, with <c>{}</c> for what is put between them.</param>
/// <param name="Pattern">Matches a statement that they are part of.</param>
internal sealed record SqlSite(string Where, string Text, Regex Pattern);

/// <summary>
/// All places at which the port or its adapter for BigQuery writes SQL, read out of the compiled assembly: who adds one cannot forget to
/// list it.
/// </summary>
internal static class SqlSites
{
    private const string Anything = @"[\s\S]*?";
    private const string Name = @"`(?:[^`\\]|\\.)*`(?:\.`(?:[^`\\]|\\.)*`)*";
    private const string Value = "@p[0-9]+";

    private static readonly Lazy<ImmutableArray<MethodDefinition>> s_methods = new(Read);

    /// <summary>The places.</summary>
    public static ImmutableArray<SqlSite> All() => [.. s_methods.Value.SelectMany(Of)];

    /// <summary>The classes that call one of some methods, of the port and its adapter for BigQuery.</summary>
    /// <param name="callee">The class whose method it is.</param>
    /// <param name="method">Its name in metadata, such as <c>set_Text</c>.</param>
    /// <param name="parameters">How many parameters it has; <see langword="null"/> for any.</param>
    public static IReadOnlyList<string> Callers(Type callee, string method, int? parameters = null) =>
        [
            .. s_methods
                .Value.Where(caller =>
                    caller.Body.Instructions.Any(at =>
                        at.Operand is MethodReference called
                        && called.Name == method
                        && called.DeclaringType.FullName == callee.FullName
                        && (parameters is null || called.Parameters.Count == parameters)
                    )
                )
                .Select(caller => Outermost(caller.DeclaringType).Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    private static ImmutableArray<MethodDefinition> Read()
    {
        var (port, duckDb) = (typeof(IWarehouse).Namespace!, typeof(DuckDbWarehouse).Namespace!);
        return
        [
            .. ModuleDefinition
                .ReadModule(typeof(IWarehouse).Assembly.Location)
                .GetTypes()
                .Where(type => IsIn(Outermost(type), port) && !IsIn(Outermost(type), duckDb))
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody),
        ];
    }

    // The compiler writes an interpolation as calls in the order of the text, one within the other where one is in a hole of the other.
    private static IEnumerable<SqlSite> Of(MethodDefinition method)
    {
        var sites = new List<SqlSite>();
        var open = new Stack<(StringBuilder Text, StringBuilder Pattern)>();
        var called = method.Body.Instructions.Select(at => at.Operand).OfType<MethodReference>().ToArray();
        var isDialect = called.Any(other => Is<SqlText>(other, nameof(SqlText.FromDialect)));
        string? word = null;
        foreach (var at in method.Body.Instructions)
        {
            if (at.OpCode == OpCodes.Ldstr)
            {
                word = (string)at.Operand;
                if (isDialect && word.Any(char.IsAsciiLetterUpper))
                {
                    // What a dialect composes itself: its literals.
                    sites.Add(Site(method, word, Regex.Escape(word)));
                }
            }
            else if (at.Operand is MethodReference call)
            {
                Follow(call);
            }
        }

        return sites;

        void Follow(MethodReference call)
        {
            if (Is<SqlText.Interpolation>(call, ".ctor"))
            {
                open.Push((new StringBuilder(), new StringBuilder()));
            }
            else if (Is<SqlText.Interpolation>(call, nameof(SqlText.Interpolation.AppendLiteral)))
            {
                open.Peek().Text.Append(word);
                open.Peek().Pattern.Append(Regex.Escape(word!));
            }
            else if (Is<SqlText.Interpolation>(call, nameof(SqlText.Interpolation.AppendFormatted)))
            {
                open.Peek().Text.Append("{}");
                open.Peek()
                    .Pattern.Append(
                        call.Parameters[0].ParameterType.Name switch
                        {
                            nameof(SqlName) => Name,
                            nameof(SqlValue) => Value,
                            _ => Anything,
                        }
                    );
            }
            else if (Is<SqlText>(call, nameof(SqlText.Of)))
            {
                var (text, pattern) = open.Pop();
                sites.Add(Site(method, text.ToString(), pattern.ToString()));
            }
            else if (
                Is<BigQueryStatement>(call, ".ctor")
                && call.Parameters is [{ ParameterType.FullName: "System.String" }]
                && word is not null
            )
            {
                sites.Add(Site(method, word, Regex.Escape(word)));
            }
        }
    }

    private static SqlSite Site(MethodDefinition method, string text, string pattern) =>
        new(
            $"{Outermost(method.DeclaringType).Name}, {method.Name}",
            text,
            new Regex(pattern, RegexOptions.NonBacktracking, TimeSpan.FromSeconds(10))
        );

    private static bool Is<T>(MethodReference called, string name) =>
        called.Name == name && called.DeclaringType.FullName.Replace('/', '+') == typeof(T).FullName;

    private static bool IsIn(TypeDefinition type, string space) =>
        type.Namespace == space || type.Namespace.StartsWith($"{space}.", StringComparison.Ordinal);

    private static TypeDefinition Outermost(TypeDefinition type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type;
}
