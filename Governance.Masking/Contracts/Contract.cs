using System.Collections.Immutable;

namespace Governance.Masking.Contracts;

/// <summary>A data contract: an Open Data Contract Standard (ODCS) v3.1 document, owned by the team that produces the data.</summary>
/// <param name="Id">The document's <c>id</c>; unique in a catalog.</param>
/// <param name="Version">The document's <c>version</c>, as its owner counts it.</param>
/// <param name="Name">The document's <c>name</c>, or its id where it has none.</param>
/// <param name="Status">The document's <c>status</c>, such as <c>active</c>.</param>
/// <param name="OwnerTeam">The owning team: <c>team.name</c>, or the empty string where none is named.</param>
/// <param name="Hash">SHA-256 of the YAML text, lower-case hex: tells two versions of a document apart.</param>
/// <param name="Datasets">One for each schema object.</param>
public sealed record Contract(
    string Id,
    string Version,
    string Name,
    string Status,
    string OwnerTeam,
    string Hash,
    ImmutableArray<Dataset> Datasets
);
