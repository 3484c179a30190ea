using Governance.Policies.Decisions;
using Governance.Policies.Opa;

namespace Governance.Api.Features.Policies.Bundle;

/// <summary>The bundle of the policies in force; written once for each version.</summary>
internal sealed class BundleBytes(IPolicySnapshots policies)
{
    private volatile Written? _written;

    /// <summary>The bundle, or nothing where no policies are in force.</summary>
    public Written? Current()
    {
        if (policies.Current is not { } snapshot)
        {
            return null;
        }

        var written = _written;
        if (!ReferenceEquals(written?.Of, snapshot))
        {
            _written = written = new Written(snapshot, OpaBundle.Write(snapshot));
        }

        return written;
    }

    internal sealed record Written(PolicySnapshot Of, byte[] Bytes);
}
