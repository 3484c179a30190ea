using System.Security.Cryptography;
using System.Text;
using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego;

/// <summary>A file of Rego.</summary>
/// <param name="Name">Its name, as faults tell it.</param>
/// <param name="Text">Its text.</param>
public sealed record PolicySource(string Name, string Text);

/// <summary>
/// Policies and their data, checked and ready to be asked. Immutable, and used by any number of threads. What the evaluator does not
/// support is refused when it is loaded, so that no answer is ever a guess.
/// </summary>
public sealed class PolicyBundle
{
    private readonly Dictionary<string, PreparedQuery> paths = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    private PolicyBundle(Compiler compiler, RegoValue data, string hash, IReadOnlyList<string> tests)
    {
        (Compiler, Data) = (compiler, data);
        Hash = hash;
        Tests = tests;
    }

    /// <summary>SHA-256 over the modules and the data, in hexadecimal; the same for the same policies.</summary>
    public string Hash { get; }

    /// <summary>The paths of all rules whose names begin with <c>test_</c>, in order.</summary>
    public IReadOnlyList<string> Tests { get; }

    internal Compiler Compiler { get; }
    internal RegoValue Data { get; }

    /// <summary>Reads, checks and compiles modules.</summary>
    /// <param name="sources">The modules.</param>
    /// <param name="data">The data that they read; an object. None where it is null.</param>
    /// <exception cref="PolicyLoadException">Something is wrong or not supported: all faults, with file, line and column.</exception>
    public static PolicyBundle Load(IEnumerable<PolicySource> sources, RegoValue? data = null)
    {
        var files = sources.ToArray();
        var faults = new List<PolicyFault>();
        var modules = new List<ModuleNode>();
        foreach (var source in files)
        {
            try
            {
                modules.Add(new Parser(source.Name, source.Text).Module(source.Name));
            }
            catch (SyntaxFault fault)
            {
                faults.Add(fault.ToFault());
            }
        }

        data ??= ObjectValue.Empty;
        if (data is not ObjectValue)
        {
            faults.Add(new PolicyFault("", 0, 0, SyntaxFault.Compile, "The data is no object."));
        }

        if (faults.Count > 0)
        {
            throw new PolicyLoadException(faults);
        }

        var compiled = Compiler.Compile(modules, data, faults);
        return new PolicyBundle(compiled, data, HashOf(files, data), [.. TestsOf(compiled.Root)]);
    }

    /// <summary>Makes a query ready to be asked often.</summary>
    /// <param name="query">Rego, such as <c>data.access.allow</c> or <c>x := data.a[_]; x > 2</c>.</param>
    /// <exception cref="PolicyLoadException">The query is no Rego, is unsafe, or asks for what is not supported.</exception>
    public PreparedQuery Prepare(string query)
    {
        try
        {
            return PreparedQuery.Compile(Compiler, Data, query);
        }
        catch (SyntaxFault fault)
        {
            throw new PolicyLoadException([fault.ToFault()]);
        }
    }

    /// <summary>What stands at a path.</summary>
    /// <param name="path">Of data, such as <c>data.access.allow</c>.</param>
    /// <param name="input">The question; none where it is null.</param>
    /// <param name="options">Limits and the clock.</param>
    /// <returns>The value, or null where it is undefined: whoever asks takes that for a no.</returns>
    /// <exception cref="PolicyLoadException">The path is no path.</exception>
    /// <exception cref="EvaluationException">There is no answer.</exception>
    public RegoValue? Evaluate(string path, RegoValue? input = null, EvaluationOptions? options = null)
    {
        PreparedQuery? query;
        lock (gate)
        {
            if (!paths.TryGetValue(path, out query))
            {
                query = Prepare(path);
                if (paths.Count < 1024)
                {
                    paths.Add(path, query);
                }
            }
        }

        return query.Value(input, options);
    }

    private static string HashOf(PolicySource[] files, RegoValue data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.Name)));
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.Text)));
        }

        hash.AppendData(Encoding.UTF8.GetBytes(data.ToJson()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> TestsOf(RuleTree place)
    {
        if (
            place is { IsVirtual: true, Key: StringValue { Text: var name } }
            && name.StartsWith("test_", StringComparison.Ordinal)
        )
        {
            yield return place.Path();
        }

        foreach (var test in place.Children.SelectMany(TestsOf))
        {
            yield return test;
        }
    }
}
