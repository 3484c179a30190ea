using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>What a module's names stand for, beside its local variables: rules of its package, and imports.</summary>
internal sealed class ModuleNames
{
    private readonly Dictionary<string, (Root Root, RegoValue[] Path)> imports = new(StringComparer.Ordinal);
    private readonly IReadOnlySet<string> rules;
    private readonly RegoValue[] package;

    public ModuleNames(ModuleNode module, IReadOnlySet<string> rules)
    {
        this.rules = rules;
        package = [.. module.Package.Select(name => new StringValue(name))];
        foreach (var import in module.Imports)
        {
            Add(import);
        }
    }

    private ModuleNames(IReadOnlyList<string> package, IReadOnlySet<string> rules)
    {
        this.rules = rules;
        this.package = [.. package.Select(name => new StringValue(name))];
    }

    public static ModuleNames OfQuery { get; } = new([], new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Where a name leads, or null where it is a variable's.</summary>
    public (Root Root, RegoValue[] Path)? Find(string name) =>
        name switch
        {
            "input" => (Root.Input, []),
            "data" => (Root.Data, []),
            _ when imports.TryGetValue(name, out var import) => import,
            _ when rules.Contains(name) => (Root.Data, [.. package, new StringValue(name)]),
            _ => null,
        };

    private void Add(Import import)
    {
        var root = ((VarTerm)import.Path[0]).Name;
        if (root is "rego" or "future")
        {
            return;
        }

        RegoValue[] path =
        [
            .. import
                .Path.Skip(1)
                .Select(step =>
                    step is ScalarTerm { Value: StringValue text }
                        ? text
                        : throw new SyntaxFault(step.At, SyntaxFault.Parse, "An import's path is made of names.")
                ),
        ];
        var kind = root switch
        {
            "data" => Root.Data,
            "input" => Root.Input,
            _ => throw new SyntaxFault(
                import.At,
                SyntaxFault.Parse,
                "An import begins with data, input, rego.v1 or future.keywords."
            ),
        };
        var alias = import.Alias ?? path.LastOrDefault()?.AsText() ?? root;
        if (imports.TryGetValue(alias, out var other) && (other.Root != kind || !other.Path.SequenceEqual(path)))
        {
            throw new SyntaxFault(
                import.At,
                SyntaxFault.Compile,
                $"The name {alias} is imported twice: give one of the imports another name with 'as'."
            );
        }

        imports[alias] = (kind, path);
    }
}
