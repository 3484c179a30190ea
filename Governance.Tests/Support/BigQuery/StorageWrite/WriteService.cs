using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.StorageWrite.Wire;
using Governance.Tests.Support.BigQuery.Tables;
using Grpc.Core;
using Code = Governance.Tests.Support.BigQuery.StorageWrite.Wire.StorageError.Types.StorageErrorCode;
using TableSchema = Governance.Tests.Support.BigQuery.StorageWrite.Wire.TableSchema;

namespace Governance.Tests.Support.BigQuery.StorageWrite;

/// <summary>
/// Committed streams with explicit offsets, and the default stream. Rows of it may be changed by DML at once, unlike those of insertAll.
/// https://cloud.google.com/bigquery/docs/write-api-streaming#exactly-once
/// </summary>
internal sealed class WriteService(
    WorldState world,
    Access access,
    Members members,
    FaultPlan faults,
    SemaphoreSlim gate,
    WriteStreams streams
) : BigQueryWrite.BigQueryWriteBase
{
    // https://cloud.google.com/bigquery/quotas#write-api-limits: "AppendRows request size".
    private const int MostBytes = 10_000_000;

    public override Task<WriteStream> CreateWriteStream(CreateWriteStreamRequest request, ServerCallContext context) =>
        OnceAsync(
            "CreateWriteStream",
            request,
            context,
            () =>
            {
                if (
                    request.WriteStream?.Type
                    is not (WriteStream.Types.Type.Committed or WriteStream.Types.Type.Pending)
                )
                {
                    throw Refused(
                        StatusCode.InvalidArgument,
                        "The stand-in models streams of the types COMMITTED and PENDING."
                    );
                }

                var table = Table(request.Parent, context);
                var isPending = request.WriteStream.Type is WriteStream.Types.Type.Pending;
                return Describe(streams.Create(request.Parent, table, world.Now, isPending), withSchema: true);
            }
        );

    public override Task<WriteStream> GetWriteStream(GetWriteStreamRequest request, ServerCallContext context) =>
        OnceAsync(
            "GetWriteStream",
            request,
            context,
            () => Describe(Stream(request.Name, context), withSchema: request.View is 2)
        );

    public override Task<FinalizeWriteStreamResponse> FinalizeWriteStream(
        FinalizeWriteStreamRequest request,
        ServerCallContext context
    ) =>
        OnceAsync(
            "FinalizeWriteStream",
            request,
            context,
            () =>
            {
                var stream = Stream(request.Name, context);
                if (stream.IsDefault)
                {
                    throw Refused(StatusCode.InvalidArgument, "The default stream cannot be finalized.");
                }

                stream.IsFinalized = true;
                return new FinalizeWriteStreamResponse { RowCount = stream.Next };
            }
        );

    public override async Task AppendRows(
        IAsyncStreamReader<AppendRowsRequest> requestStream,
        IServerStreamWriter<AppendRowsResponse> responseStream,
        ServerCallContext context
    )
    {
        WriteStreamState? stream = null;
        ProtoSchema? schema = null;
        var known = 0;
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            RefuseUnknown(request);
            var fault = await FaultAsync("AppendRows");
            AppendRowsResponse response;
            await gate.WaitAsync(context.CancellationToken);
            try
            {
                // "The first request on the connection must have the stream and the writer's schema"; later ones may leave them out.
                if (request.WriteStream.Length > 0)
                {
                    var named = Stream(request.WriteStream, context);
                    named.Learn(world.Now, world.Options.SchemaLag);
                    known = stream == named ? known : named.Columns.Count;
                    stream = named;
                }

                schema = request.ProtoRows?.WriterSchema ?? schema;
                if (stream is null || schema is null)
                {
                    throw Refused(
                        StatusCode.InvalidArgument,
                        "The first request needs write_stream and proto_rows.writer_schema."
                    );
                }

                response = Append(stream, schema, request);
                if (stream.Columns.Count > known)
                {
                    known = stream.Columns.Count;
                    response.UpdatedSchema = Schema(stream.Columns);
                }
            }
            finally
            {
                gate.Release();
            }

            if (fault?.LosesAnswer is true)
            {
                throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The connection was lost."));
            }

            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    private AppendRowsResponse Append(WriteStreamState stream, ProtoSchema schema, AppendRowsRequest request)
    {
        if (!stream.IsOfATable)
        {
            return Error(stream, StatusCode.NotFound, Code.TableNotFound, "The table of the stream is not found.");
        }

        if (stream.IsFinalized)
        {
            return Error(
                stream,
                StatusCode.InvalidArgument,
                Code.StreamFinalized,
                "Stream has been finalized and cannot be appended."
            );
        }

        if (request.CalculateSize() > MostBytes)
        {
            return Error(stream, StatusCode.InvalidArgument, Code.Unspecified, "The request is longer than 10 MB.");
        }

        if (request.Offset is { } offset)
        {
            if (stream.IsDefault)
            {
                return Error(
                    stream,
                    StatusCode.InvalidArgument,
                    Code.Unspecified,
                    "The default stream has no offsets."
                );
            }

            if (offset < stream.Next)
            {
                return Error(
                    stream,
                    StatusCode.AlreadyExists,
                    Code.OffsetAlreadyExists,
                    $"The offset is within stream, expected offset {stream.Next}, received {offset}"
                );
            }

            if (offset > stream.Next)
            {
                return Error(
                    stream,
                    StatusCode.OutOfRange,
                    Code.OffsetOutOfRange,
                    $"The offset is beyond stream, expected offset {stream.Next}, received {offset}"
                );
            }
        }

        RowDecoder decoder;
        stream.Learn(world.Now, world.Options.SchemaLag);
        try
        {
            _ = new RowDecoder(schema.ProtoDescriptor, stream.Columns);
            decoder = new RowDecoder(schema.ProtoDescriptor, stream.Table.Columns);
        }
        catch (ExtraFieldException exception)
        {
            return Error(stream, StatusCode.InvalidArgument, Code.SchemaMismatchExtraFields, exception.Message);
        }

        var rows = request.ProtoRows?.Rows?.SerializedRows ?? [];
        var read = new List<object?[]>();
        var faulty = new List<RowError>();
        for (var index = 0; index < rows.Count; index++)
        {
            try
            {
                read.Add(decoder.Decode(rows[index]));
            }
            catch (RowException exception)
            {
                faulty.Add(
                    new RowError
                    {
                        Index = index,
                        Code = RowError.Types.RowErrorCode.FieldsError,
                        Message = exception.Message,
                    }
                );
            }
        }

        if (faulty.Count > 0)
        {
            // "No rows are appended" where one is faulty.
            var refused = Error(
                stream,
                StatusCode.InvalidArgument,
                Code.Unspecified,
                "Errors found while processing rows. Please refer to the row_errors field for details."
            );
            refused.RowErrors.AddRange(faulty);
            return refused;
        }

        var first = stream.Next;
        if (!stream.IsPending)
        {
            stream.Table.Rows.AddRange(read.Select(cells => new RowState(cells, world.Now)));
        }

        stream.Next += read.Count;
        return new AppendRowsResponse
        {
            AppendResult = new AppendRowsResponse.Types.AppendResult { Offset = stream.IsDefault ? null : first },
            WriteStream = stream.Name,
        };
    }

    private static AppendRowsResponse Error(WriteStreamState stream, StatusCode status, Code code, string message)
    {
        var error = new Wire.Status { Code = (int)status, Message = $"{message} Entity: {stream.Name}" };
        if (code is not Code.Unspecified)
        {
            error.Details.Add(
                Any.Pack(
                    new StorageError
                    {
                        Code = code,
                        Entity = stream.Name,
                        ErrorMessage = message,
                    }
                )
            );
        }

        return new AppendRowsResponse { Error = error, WriteStream = stream.Name };
    }

    private async Task<T> OnceAsync<T>(string operation, IMessage request, ServerCallContext context, Func<T> answer)
    {
        RefuseUnknown(request);
        var fault = await FaultAsync(operation);
        await gate.WaitAsync(context.CancellationToken);
        try
        {
            var result = answer();
            return fault?.LosesAnswer is true
                ? throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The connection was lost."))
                : result;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Fault?> FaultAsync(string operation)
    {
        var fault = faults.Take(operation);
        if (fault?.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay);
        }

        if (fault?.LosesRequest is true)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The connection was lost."));
        }

        return fault?.Answer is var (status, _, message)
            ? throw Refused(
                status switch
                {
                    503 => StatusCode.Unavailable,
                    429 => StatusCode.ResourceExhausted,
                    403 => StatusCode.PermissionDenied,
                    500 => StatusCode.Internal,
                    _ => StatusCode.InvalidArgument,
                },
                message
            )
            : fault;
    }

    private WriteStreamState Stream(string name, ServerCallContext context)
    {
        const string Default = "/streams/_default";
        const string ShortDefault = "/_default";
        if (name.EndsWith(ShortDefault, StringComparison.Ordinal))
        {
            var parent = name.EndsWith(Default, StringComparison.Ordinal)
                ? name[..^Default.Length]
                : name[..^ShortDefault.Length];
            return streams.Default(parent, Table(parent, context), world.Now);
        }

        var stream = streams.Find(name) is { IsOfATable: true } known
            ? known
            : throw Refused(StatusCode.NotFound, $"Requested entity was not found. Entity: {name}");
        Authorize(stream.Table, context);
        return stream;
    }

    private TableState Table(string parent, ServerCallContext context)
    {
        if (parent.Split('/') is not ["projects", var project, "datasets", var dataset, "tables", var table])
        {
            throw Refused(
                StatusCode.InvalidArgument,
                "A table is projects/{project}/datasets/{dataset}/tables/{table}."
            );
        }

        try
        {
            var found = world.Table(project, dataset, table);
            Authorize(found, context);
            return found;
        }
        catch (ApiException exception) when (exception.Status is 404)
        {
            throw Refused(StatusCode.NotFound, exception.Message);
        }
    }

    // Google's client sends no token over a connection without TLS: nobody is then the owner.
    private void Authorize(TableState table, ServerCallContext context)
    {
        var header = context.RequestHeaders.GetValue("authorization");
        var caller = header is null
            ? world.Options.Owner
            : members.Of(header)
                ?? throw Refused(StatusCode.Unauthenticated, "Request had invalid authentication credentials.");
        if (!access.MayWrite(caller, table))
        {
            throw Refused(
                StatusCode.PermissionDenied,
                $"Permission 'TABLES_UPDATE_DATA' denied on resource '{table.LegacyName}'."
            );
        }

        if (table.ViewQuery is not null)
        {
            throw Refused(StatusCode.InvalidArgument, "A view cannot be written to.");
        }
    }

    private static WriteStream Describe(WriteStreamState stream, bool withSchema) =>
        new()
        {
            Name = stream.Name,
            Type = stream.IsPending ? WriteStream.Types.Type.Pending : WriteStream.Types.Type.Committed,
            CreateTime = Timestamp.FromDateTimeOffset(stream.Created),
            // "If a stream is of COMMITTED type, then it will have a commit_time same as create_time."
            CommitTime = stream.IsPending ? null : Timestamp.FromDateTimeOffset(stream.Created),
            Location = stream.Table.Dataset.Location,
            WriteMode = 1,
            TableSchema = withSchema ? Schema(stream.Table.Columns) : null,
        };

    private static TableSchema Schema(IReadOnlyList<ColumnSchema> columns)
    {
        var schema = new TableSchema();
        schema.Fields.AddRange(columns.Select(Field));
        return schema;
    }

    private static TableFieldSchema Field(ColumnSchema column)
    {
        var field = new TableFieldSchema
        {
            Name = column.Name.ToLowerInvariant(),
            Mode = System.Enum.Parse<TableFieldSchema.Types.Mode>(column.Mode, ignoreCase: true),
            Type = System.Enum.Parse<TableFieldSchema.Types.Type>(
                column.LegacyType switch
                {
                    "INTEGER" => "INT64",
                    "FLOAT" => "DOUBLE",
                    "BOOLEAN" => "BOOL",
                    "RECORD" => "STRUCT",
                    var name => name,
                },
                ignoreCase: true
            ),
        };
        field.Fields.AddRange(column.Fields.Select(Field));
        return field;
    }

    // What is read again without unknown fields is shorter where there were any.
    private static void RefuseUnknown(IMessage request)
    {
        var known = request.Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(request.ToByteString());
        if (known.CalculateSize() != request.CalculateSize())
        {
            throw Refused(StatusCode.InvalidArgument, "The request has a field that the stand-in does not know.");
        }
    }

    private static RpcException Refused(StatusCode status, string message) =>
        new(new Grpc.Core.Status(status, message));
}
