using System.Text.Json.Nodes;
using Governance.Masking.Contracts;
using Governance.Masking.Revealing;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>Walks rows of a table along its contract, whichever warehouse wrote them, and says of each value how it is given.</summary>
/// <param name="dataset">The table.</param>
/// <param name="own">The person's identifiers.</param>
/// <param name="ownedDomains">Domains that somebody owns.</param>
/// <param name="isPortability">Whether only what the person provided is given.</param>
internal sealed class ValuePlaces(
    Dataset dataset,
    IReadOnlySet<LinkedIdentifier> own,
    IReadOnlySet<string> ownedDomains,
    bool isPortability
)
{
    /// <summary>Columns of the warehouse's own begin so; of them only the event's time says something of the person.</summary>
    private const char System = '_';
    private const string EventTime = "_event_time";

    // A list's item that BigQuery cannot hold by itself stands in a record of this one field.
    private const string WrappedItem = "_list_item";

    private readonly Dictionary<string, OpenedColumn> _columns = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _undescribed = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _ownSurrogates = [.. own.Select(identifier => identifier.Surrogate)];

    /// <summary>What became of the columns, in the contract's order.</summary>
    public IReadOnlyList<OpenedColumn> Columns =>
        [.. dataset.AllColumns().Select(column => _columns.GetValueOrDefault(column.Path)).OfType<OpenedColumn>()];

    /// <summary>Columns that no contract describes.</summary>
    public IReadOnlyList<string> Undescribed => [.. _undescribed];

    /// <summary>Writes down how a column is given; what was written before of the same column gives way.</summary>
    public void Keeps(Column column, Giving giving) => _columns[column.Path] = new OpenedColumn(column, giving);

    /// <summary>The row as it is given.</summary>
    /// <param name="row">The row as it is kept.</param>
    /// <param name="open">Gives the plain value of a masked one.</param>
    public JsonObject Rewrite(JsonObject row, Func<Column, MaskedValue, JsonNode?> open)
    {
        var given = new JsonObject();
        if (row[EventTime] is { } time)
        {
            given[EventTime] = time.DeepClone();
        }

        foreach (
            var name in row.Select(field => field.Key)
                .Where(name => name[0] != System && !dataset.Columns.Any(column => column.Name == name))
        )
        {
            _undescribed.Add(name);
        }

        foreach (var column in dataset.Columns.Where(column => row.ContainsKey(column.Name)))
        {
            if (TryGive(row[column.Name], column, row, open, out var value))
            {
                given[column.Name] = value;
            }
        }

        return given;
    }

    private bool TryGive(
        JsonNode? node,
        Column column,
        JsonObject row,
        Func<Column, MaskedValue, JsonNode?> open,
        out JsonNode? given
    )
    {
        given = null;
        if (Withheld(node, column, row) is { } why)
        {
            Note(column, why);
            return false;
        }

        switch (node)
        {
            case null:
                return true;

            case JsonObject wrapped when wrapped.Count == 1 && wrapped.ContainsKey(WrappedItem):
                return TryGive(wrapped[WrappedItem], column, row, open, out given);

            case JsonValue value:
                given = Leaf(value, column, row, open);
                return true;

            case JsonArray list when MapOf(list, column) is { } map:
                given = Fields(map, column, row, open);
                return true;

            case JsonArray list:
                var item = column.Children.FirstOrDefault(child => child.Name.Length == 0) ?? column;
                var items = new JsonArray();
                foreach (var one in list)
                {
                    if (TryGive(one, item, row, open, out var kept))
                    {
                        items.Add(kept);
                    }
                }

                given = items;
                return true;

            case JsonObject fields:
                if (BranchOf(fields, column) is { } branch)
                {
                    return TryGive(branch, column, row, open, out given);
                }

                given = Fields(fields, column, row, open);
                return true;

            default:
                return false;
        }
    }

    private JsonObject Fields(
        JsonObject fields,
        Column column,
        JsonObject row,
        Func<Column, MaskedValue, JsonNode?> open
    )
    {
        var given = new JsonObject();
        foreach (var (name, value) in fields)
        {
            // A composite that is masked whole has one rule for all that is in it; a map may have one for all of its values.
            var child =
                column.Children.FirstOrDefault(child => child.Name == name)
                ?? column.Children.FirstOrDefault(child => child.Name.Length == 0)
                ?? (column.Masking is null ? null : column);
            if (child is null)
            {
                _undescribed.Add($"{column.Path}.{name}");
            }
            else if (TryGive(value, child, row, open, out var kept))
            {
                given[name] = kept;
            }
        }

        return given;
    }

    private JsonNode? Leaf(JsonValue value, Column column, JsonObject row, Func<Column, MaskedValue, JsonNode?> open)
    {
        if (column.Masking is not { } rule || rule.Method is "plain")
        {
            Note(column, Giving.Plain);
            return value.DeepClone();
        }

        if (rule.Method is not ("surrogate" or "token" or "seal" or "fpe"))
        {
            Note(column, Giving.AsKept);
            return value.DeepClone();
        }

        Note(column, Giving.Opened);
        return open(column, new MaskedValue(value.ToString(), rule.Method is "seal" ? SubjectOf(rule, row) : null));
    }

    private Giving? Withheld(JsonNode? node, Column column, JsonObject row)
    {
        if (isPortability && IsDerived(column))
        {
            return Giving.NotProvided;
        }

        if (column.Identifier is { } domain && node is JsonValue value)
        {
            var isOwn = Guid.TryParse(value.ToString(), out var surrogate) && _ownSurrogates.Contains(surrogate);
            var isTheirs = column.Link switch
            {
                Link.Owns => isOwn || column.Masking is not { Method: "surrogate" },
                Link.Shared => isOwn || !ownedDomains.Contains(domain),
                _ => isOwn,
            };
            return isTheirs ? null : Giving.LeftOut;
        }

        // Sealed under another person's key, as that person's.
        return
            column.Masking is { Method: "seal" } rule
            && SubjectOf(rule, row) is { } subject
            && !_ownSurrogates.Contains(subject)
            && PathOf(rule) is { } path
            && dataset.AllColumns().FirstOrDefault(one => one.Path == path) is { Identifier: { } of }
            && ownedDomains.Contains(of)
            ? Giving.LeftOut
            : null;
    }

    // What was made of the person's data, and what cannot be turned back into it, was not provided by them.
    private static bool IsDerived(Column column) =>
        column.Masking is { Method: "digest" or "partial" or "generalize" or "dateshift" or "redact" or "drop" }
        || column.PrivacyCategory is { } category
            && (
                category == "user.demographic.profile"
                || category.StartsWith("user.demographic.profile.", StringComparison.Ordinal)
            );

    private void Note(Column column, Giving giving) =>
        _columns[column.Path] =
            _columns.TryGetValue(column.Path, out var known) && known.Giving is Giving.OpenedInPart
                ? known
                : new OpenedColumn(column, giving);

    private string? PathOf(MaskingRule rule) =>
        rule.Parameters.GetValueOrDefault("under") ?? dataset.Subject?.Identifier;

    private Guid? SubjectOf(MaskingRule rule, JsonObject row)
    {
        JsonNode? node = row;
        foreach (var step in PathOf(rule)?.Split('.') ?? [])
        {
            node = (node as JsonObject)?[step];
        }

        return node is JsonValue value && Guid.TryParse(value.ToString(), out var surrogate) ? surrogate : null;
    }

    // BigQuery has no maps: a list of pairs.
    private static JsonObject? MapOf(JsonArray list, Column column)
    {
        if (
            column.LogicalType is "array"
            || !list.All(item =>
                item is JsonObject { Count: 2 } pair && pair.ContainsKey("key") && pair.ContainsKey("value")
            )
            || (list.Count == 0 && !column.Children.Any(child => child.Name.Length > 0))
        )
        {
            return null;
        }

        var map = new JsonObject();
        foreach (var pair in list.OfType<JsonObject>())
        {
            map[pair["key"]!.ToString()] = pair["value"]?.DeepClone();
        }

        return map;
    }

    // A union of several types is a record of branches, of which one is there.
    private static JsonNode? BranchOf(JsonObject fields, Column column) =>
        fields.Count > 1
        && fields.All(field => field.Key.EndsWith("_value", StringComparison.Ordinal))
        && !column.Children.Any(child => fields.ContainsKey(child.Name))
            ? fields.Select(field => field.Value).FirstOrDefault(value => value is not null)
            : null;
}
