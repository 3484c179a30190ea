using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>A place in a file, kept for faults that are found later.</summary>
internal readonly record struct Spot(int Line, int Column, string Path)
{
    public static Spot Of(DocNode node, string path) => new(node.Line, node.Column, path);
}
