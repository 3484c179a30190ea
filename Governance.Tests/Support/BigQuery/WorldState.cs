using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Datasets;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery;

/// <summary>All that the stand-in keeps of BigQuery, changed by one request at a time.</summary>
internal sealed class WorldState(StandInOptions options)
{
    public StandInOptions Options { get; } = options;

    public SortedDictionary<string, DatasetState> Datasets { get; } = new(StringComparer.Ordinal);

    /// <summary>Every text that was analysed and found right, in their order: of jobs, dry runs, views and row access policies.</summary>
    public List<StatementText> Analysed { get; } = [];

    public DateTimeOffset Now => Options.Clock.GetUtcNow();

    /// <summary>Whether a job or a view, by its labels one of the service's, has its names resolved strictly.</summary>
    public bool IsStrict(JsonObject labelled) =>
        Options.StrictNames && labelled["labels"]?["governance_feature"] is not null;

    /// <summary>The dataset of a path; refuses one that is not there.</summary>
    public DatasetState Dataset(string project, string dataset)
    {
        CheckProject(project);
        return Datasets.GetValueOrDefault(dataset) ?? throw ApiException.NotFound($"Dataset {project}:{dataset}");
    }

    /// <summary>The table of a path; refuses one that is not there, or that is expired.</summary>
    public TableState Table(string project, string dataset, string table)
    {
        var found = Dataset(project, dataset).Tables.GetValueOrDefault(table);
        return found ?? throw ApiException.NotFound($"Table {project}:{dataset}.{table}");
    }

    public TableState Table(Call call) => Table(call.Project, call.Path["dataset"], call.Path["table"]);

    public void CheckProject(string project)
    {
        if (project != Options.Project)
        {
            throw ApiException.NotFound($"Project {project}");
        }
    }
}
