using System.Globalization;
using Governance.Policies.Views;
using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>
/// What a view asks of those who query it. https://cloud.google.com/bigquery/docs/analysis-rules
/// </summary>
internal sealed class PrivacyPolicy : Resource
{
    [JsonProperty("aggregationThresholdPolicy")]
    public AggregationThresholdPolicy? AggregationThreshold { get; set; }

    /// <summary>The smallest group that it lets be answered.</summary>
    [JsonIgnore]
    public SmallestGroup? SmallestGroup =>
        AggregationThreshold is { Threshold: { } size, PrivacyUnitColumns: [var column] }
        && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new SmallestGroup(number, column)
            : null;

    public static PrivacyPolicy? Of(SmallestGroup? group) =>
        group is null
            ? null
            : new()
            {
                AggregationThreshold = new()
                {
                    Threshold = group.Size.ToString(CultureInfo.InvariantCulture),
                    PrivacyUnitColumns = [group.Subject],
                },
            };
}

/// <summary>Groups of fewer than so many distinct values of the columns are left out of an answer.</summary>
internal sealed class AggregationThresholdPolicy : Resource
{
    [JsonProperty("threshold")]
    public string? Threshold { get; set; }

    [JsonProperty("privacyUnitColumns")]
    public IList<string> PrivacyUnitColumns { get; set; } = [];
}
