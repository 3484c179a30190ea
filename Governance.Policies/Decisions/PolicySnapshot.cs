using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Contracts;
using Governance.Policies.Rego;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Decisions;

/// <summary>One version of the policies: its files, compiled, with what is kept of its answers. Used by any number of threads.</summary>
public sealed class PolicySnapshot
{
    private readonly ConditionalWeakTable<Dataset, RowConditionCache> rows = [];

    private PolicySnapshot(IReadOnlyList<PolicyFile> files, PolicyBundle bundle, PolicyStamp stamp)
    {
        (Files, Bundle, Stamp) = (files, bundle, stamp);
        Access = bundle.Prepare(DecisionPaths.Access);
        Endpoint = bundle.Prepare(DecisionPaths.Endpoint);
        Approval = bundle.Prepare(DecisionPaths.Approval);
        Objection = bundle.Prepare(DecisionPaths.Objection);
    }

    /// <summary>What it is made of, in the order of paths.</summary>
    public IReadOnlyList<PolicyFile> Files { get; }

    /// <summary>Its version and hash.</summary>
    public PolicyStamp Stamp { get; }

    /// <summary>The policies, to be asked anything.</summary>
    public PolicyBundle Bundle { get; }

    internal PreparedQuery Access { get; }
    internal PreparedQuery Endpoint { get; }
    internal PreparedQuery Approval { get; }
    internal PreparedQuery Objection { get; }

    /// <summary>Checks and compiles policies.</summary>
    /// <param name="files">As <see cref="PolicyFolder.Read"/> gives them.</param>
    /// <exception cref="PolicyLoadException">They are at fault, or lack a rule that the service asks.</exception>
    public static PolicySnapshot Load(IReadOnlyList<PolicyFile> files)
    {
        var bundle = PolicyFolder.Load(files);
        var missing = DecisionPaths.All.Where(path => !Answers(bundle, path)).ToArray();
        if (missing.Length > 0)
        {
            throw new PolicyLoadException([
                .. missing.Select(path => new PolicyFault(
                    "",
                    0,
                    0,
                    SyntaxFault.Compile,
                    $"There is no rule {path}, which the service asks: add it."
                )),
            ]);
        }

        var hash = HashOf(files);
        var version = bundle.Data.Member("policy")?.Member("version")?.AsText();
        return new PolicySnapshot(
            files,
            bundle,
            new PolicyStamp(version is { Length: > 0 } ? version : hash[..12], hash)
        );
    }

    /// <summary>SHA-256 over paths and contents, lower-case hex; the same on every machine.</summary>
    public static string HashOf(IReadOnlyList<PolicyFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.Path)));
            hash.AppendData(SHA256.HashData(file.Content.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What is kept of the conditions of a dataset's rows; it goes with the contract's version.</summary>
    internal RowConditionCache RowsOf(Dataset dataset) =>
        rows.GetValue(dataset, own => new RowConditionCache(this, own));

    private static bool Answers(PolicyBundle bundle, string path)
    {
        var place = bundle.Compiler.Root;
        foreach (var step in path.Split('.').Skip(1))
        {
            if (place.Child(new StringValue(step)) is not { } next)
            {
                return false;
            }

            place = next;
        }

        return place.IsVirtual;
    }
}
