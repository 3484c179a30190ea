using Google.Protobuf.WellKnownTypes;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Grpc.Core;
using Code = Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire.StorageError.Types.StorageErrorCode;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>What the Storage Write API's errors mean. Their messages may quote a row, so only codes are passed on.</summary>
internal static class WriteFaults
{
    /// <summary>Whether the same call may go well later.</summary>
    public static bool IsTransient(StatusCode code) =>
        code
            is StatusCode.Unavailable
                or StatusCode.Aborted
                or StatusCode.Internal
                or StatusCode.DeadlineExceeded
                or StatusCode.ResourceExhausted
                or StatusCode.Cancelled
                or StatusCode.Unknown;

    /// <summary>What the service said of a stream or table, beside the status.</summary>
    public static Code StorageCode(Wire.Status error)
    {
        foreach (var detail in error.Details)
        {
            if (detail.TryUnpack<StorageError>(out var storage))
            {
                return storage.Code;
            }
        }

        return Code.Unspecified;
    }

    /// <summary>What an answer's error says to do.</summary>
    public static AppendFault Classify(AppendRowsResponse response)
    {
        var code = (StatusCode)response.Error.Code;
        return StorageCode(response.Error) switch
        {
            Code.OffsetAlreadyExists => AppendFault.WrittenBefore,
            Code.OffsetOutOfRange or Code.StreamFinalized or Code.StreamNotFound or Code.InvalidStreamState =>
                AppendFault.StreamLost,
            Code.SchemaMismatchExtraFields => AppendFault.SchemaLags,
            Code.TableNotFound => AppendFault.Refused,
            _ when response.RowErrors.Count > 0 => AppendFault.RowRefused,
            _ => code switch
            {
                StatusCode.AlreadyExists => AppendFault.WrittenBefore,
                StatusCode.OutOfRange => AppendFault.StreamLost,
                _ when IsTransient(code) => AppendFault.Transient,
                _ => AppendFault.Refused,
            },
        };
    }

    /// <summary>A refusal that the caller sees.</summary>
    public static WarehouseException Exception(StatusCode code, string table, Code storage = Code.Unspecified)
    {
        var said = storage is Code.Unspecified ? $"{code}" : $"{code}, {storage}";
        return new(
            code switch
            {
                StatusCode.PermissionDenied or StatusCode.Unauthenticated => new Refusal(
                    RefusalKind.Denied,
                    "write_denied",
                    $"BigQuery does not let the service write to table {table} ({said}). Grant its account roles/bigquery.dataEditor."
                ),
                StatusCode.NotFound => new Refusal(
                    RefusalKind.Gone,
                    "table_gone",
                    $"Table {table} is not there to be written to ({said}). It is made again with the next batch."
                ),
                StatusCode.ResourceExhausted => new Refusal(
                    RefusalKind.Busy,
                    "write_quota",
                    $"BigQuery takes no more for table {table} now ({said}). It is tried again; look at the quotas of the Storage Write API."
                ),
                _ when IsTransient(code) => new Refusal(
                    RefusalKind.Away,
                    "write_away",
                    $"BigQuery does not answer for table {table} ({said}). It is tried again."
                ),
                _ => new Refusal(
                    RefusalKind.Invalid,
                    "write_refused",
                    $"BigQuery refuses to write to table {table} ({said})."
                ),
            }
        );
    }

    public static SinkRowException RowRefused(string table, int rows) =>
        new($"Table {table}: BigQuery refuses {rows} of the rows for what they hold.");

    public static WarehouseException SchemaLags(string table) =>
        new(
            new Refusal(
                RefusalKind.Busy,
                "schema_lags",
                $"Table {table}: BigQuery does not write the columns yet that were added to it. It is tried again."
            )
        );
}

/// <summary>What to do about an append's error.</summary>
internal enum AppendFault
{
    /// <summary>Nothing: the rows stand at this offset.</summary>
    WrittenBefore,

    /// <summary>Somebody ended the stream, or rows before are missing: whoever owns the partition has to look again.</summary>
    StreamLost,

    /// <summary>The stream does not know a column yet that the table has: wait.</summary>
    SchemaLags,

    /// <summary>Send it again.</summary>
    Transient,

    /// <summary>A row is refused for what it holds; nothing of the request landed.</summary>
    RowRefused,

    /// <summary>Give up.</summary>
    Refused,
}

/// <summary>A write stream can no longer be appended to by this process.</summary>
internal sealed class StreamLostException(string message) : Exception(message);
