using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A job that is analysed and never run: it has a place, and no id.</summary>
internal sealed record DryRunJob(
    [property: JsonProperty("configuration")] JobConfiguration Configuration,
    [property: JsonProperty("jobReference")] DryRunReference Reference
);

/// <summary>Where a statement is analysed.</summary>
internal sealed record DryRunReference(
    [property: JsonProperty("projectId")] string ProjectId,
    [property: JsonProperty("location")] string Location
);
