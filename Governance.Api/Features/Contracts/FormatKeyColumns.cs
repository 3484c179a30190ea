using System.Globalization;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Contracts;

/// <summary>
/// Columns in force that <c>fpe</c> masks, by the key that they use: what they hold does not name it. The parameter <c>key</c> names it,
/// else it is the oldest one in use, and would be another one once that is retired.
/// </summary>
internal sealed class FormatKeyColumns(IStateStore store, ContractReader reader) : IKeyUse
{
    public string What => "fpe columns";

    public string Remedy =>
        "Keep the key, or name another one in the parameter key of these columns: equal values then differ from the rows before.";

    public async ValueTask<IReadOnlyDictionary<uint, long>> CountAsync(
        IReadOnlyList<uint> enabled,
        CancellationToken cancellationToken
    )
    {
        var documents = await store.ReadAsync(
            async db =>
            {
                var newest = db.Set<PublishedContract>()
                    .GroupBy(contract => contract.ContractId)
                    .Select(versions => versions.Max(contract => contract.Publication));
                return await db.Set<PublishedContract>()
                    .Where(contract => newest.Contains(contract.Publication))
                    .ToListAsync(cancellationToken);
            },
            cancellationToken
        );
        return documents
            .Select(document => reader.Read(document.Yaml, document.ContractId).Contract)
            .OfType<Contract>()
            .SelectMany(contract => contract.Datasets)
            .SelectMany(dataset => dataset.Columns.SelectMany(All))
            .Where(column => column.Masking is { Method: "fpe" })
            .Select(column => KeyOf(column.Masking!, enabled))
            .CountBy(key => key)
            .ToDictionary(count => count.Key, count => (long)count.Value);
    }

    private static IEnumerable<Column> All(Column column) => [column, .. column.Children.SelectMany(All)];

    private static uint KeyOf(MaskingRule rule, IReadOnlyList<uint> enabled) =>
        uint.TryParse(
            rule.Parameters.GetValueOrDefault("key"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var key
        )
            ? key
            : enabled[0];
}
