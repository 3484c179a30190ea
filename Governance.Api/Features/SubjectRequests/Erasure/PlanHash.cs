using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// What an approval approves: SHA-256 over canonical JSON (sorted, no spaces) of tables, predicates, actions and the hashes of
/// the contracts that they come from. Counts are not in it: data flows on, what is done to it does not change.
/// </summary>
internal static class PlanHash
{
    /// <summary>Hashes a plan; lower-case hex.</summary>
    public static string Of(
        Guid requestId,
        string subject,
        ContractCatalog catalog,
        IEnumerable<RequestItem> items,
        IReadOnlyList<Waiver> waivers
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteContracts(json, catalog);
            json.WriteStartArray("items");
            foreach (var item in items.OrderBy(item => item.Dataset, StringComparer.Ordinal))
            {
                Write(json, item);
            }

            json.WriteEndArray();
            json.WriteString("request", requestId);
            json.WriteString("subject", subject);
            WriteWaivers(json, waivers);
            json.WriteEndObject();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    // Every contract with personal data: one that brings a new table changes the plan as much as one that changes a table.
    private static void WriteContracts(Utf8JsonWriter json, ContractCatalog catalog)
    {
        json.WriteStartObject("contracts");
        foreach (var contract in catalog.Contracts.Where(contract => contract.Datasets.Any(one => one.IsPersonal)))
        {
            json.WriteString(contract.Id, contract.Hash);
        }

        json.WriteEndObject();
    }

    // Left out where there are none: a plan without any has the hash that it had before there were waivers.
    private static void WriteWaivers(Utf8JsonWriter json, IReadOnlyList<Waiver> waivers)
    {
        if (waivers.Count == 0)
        {
            return;
        }

        json.WriteStartArray("waivers");
        foreach (var waiver in waivers.OrderBy(waiver => waiver.Dataset, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("by", waiver.By);
            json.WriteString("dataset", waiver.Dataset);
            json.WriteString("reason", waiver.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RequestItem item)
    {
        json.WriteStartObject();
        json.WriteString("action", item.Action.Name());
        json.WriteStartArray("columns");
        foreach (var column in item.Columns.Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(column);
        }

        json.WriteEndArray();
        json.WriteString("dataset", item.Dataset);
        json.WriteString("ground", item.Ground);
        json.WriteString("period", item.Period);
        json.WriteEndObject();
    }
}
