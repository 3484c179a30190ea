using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Turns DuckDB's errors into ours. Its messages quote the value that would not convert, so they are neither passed on nor
/// kept as an inner exception, save for kinds that speak of the file or of the statement alone.
/// </summary>
internal static class DuckDbErrors
{
    /// <summary>Whether a statement failed for what a row holds, so that trying again will not help.</summary>
    public static bool IsAboutRows(DuckDBException error) =>
        error.ErrorType
            is DuckDBErrorType.Conversion
                or DuckDBErrorType.InvalidInput
                or DuckDBErrorType.InvalidType
                or DuckDBErrorType.OutOfRange
                or DuckDBErrorType.DivideByZero
                or DuckDBErrorType.MismatchType
                or DuckDBErrorType.Decimal;

    /// <summary>What went wrong, without any value.</summary>
    public static WarehouseException Translate(DuckDBException error) => Translate(error.ErrorType, error.Message);

    /// <summary>What went wrong, without any value.</summary>
    public static WarehouseException Translate(DuckDBErrorType type, string message) =>
        new(
            new Refusal(
                KindOf(type),
                "warehouse_failed",
                $"The warehouse failed ({type}). {Detail(type, message)}".TrimEnd()
            )
        );

    private static RefusalKind KindOf(DuckDBErrorType type) =>
        type switch
        {
            DuckDBErrorType.Catalog => RefusalKind.Gone,
            DuckDBErrorType.Permission => RefusalKind.Denied,
            DuckDBErrorType.Transaction or DuckDBErrorType.OutOfMemory => RefusalKind.Busy,
            DuckDBErrorType.Io or DuckDBErrorType.Connection or DuckDBErrorType.Interrupt => RefusalKind.Away,
            _ => RefusalKind.Invalid,
        };

    private static string Detail(DuckDBErrorType type, string message) =>
        type
            is DuckDBErrorType.Io
                or DuckDBErrorType.Catalog
                or DuckDBErrorType.Binder
                or DuckDBErrorType.Parser
                or DuckDBErrorType.Transaction
                or DuckDBErrorType.OutOfMemory
                or DuckDBErrorType.Permission
            ? message
            : "Its message is withheld, since it may quote a value.";
}
