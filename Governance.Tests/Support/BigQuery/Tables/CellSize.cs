using System.Text;
using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Support.BigQuery.Tables;

/// <summary>Sizes of values, by which queries are billed. https://cloud.google.com/bigquery/pricing#data</summary>
internal static class CellSize
{
    public static long Of(object? cell, SqlType type) =>
        cell switch
        {
            null => 0,
            object?[] items when type.Element is { } element => items.Sum(item => Of(item, element)),
            object?[] items => items.Select((item, index) => Of(item, type.Fields![index].Type)).Sum(),
            string text => type.Name switch
            {
                "STRING" or "JSON" => 2 + Encoding.UTF8.GetByteCount(text),
                "BYTES" => 2 + Convert.FromBase64String(text).Length,
                "BOOL" => 1,
                "NUMERIC" => 16,
                "BIGNUMERIC" => 32,
                _ => 8,
            },
            _ => 0,
        };
}
