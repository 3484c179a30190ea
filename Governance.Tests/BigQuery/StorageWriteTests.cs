using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.StorageWrite.Wire;
using Grpc.Core;
using Grpc.Net.Client;
using Kind = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace Governance.Tests.BigQuery;

public sealed class StorageWriteTests : IAsyncLifetime
{
    private const string Table = "projects/test-project/datasets/energy/tables/customers";
    private BigQueryStandIn _standIn = null!;
    private StandInClient _client = null!;
    private GrpcChannel _channel = null!;
    private BigQueryWrite.BigQueryWriteClient _write = null!;

    public async ValueTask InitializeAsync()
    {
        _standIn = await BigQueryStandIn.StartAsync();
        _client = new StandInClient(_standIn);
        await _client.CreateCustomersAsync();
        _channel = GrpcChannel.ForAddress(_standIn.GrpcAddress);
        _write = new BigQueryWrite.BigQueryWriteClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        _client?.Dispose();
        if (_standIn is not null)
        {
            await _standIn.DisposeAsync();
        }
    }

    [Fact]
    public async Task Append_SameOffsetAgain_IsAlreadyExistsAndWrittenOnce()
    {
        var stream = await CreateAsync();
        (await AppendAsync(stream, 0, (10, "a"), (11, "b"))).AppendResult.Offset.Should().Be(0);
        (await AppendAsync(stream, 0, (10, "a"), (11, "b"))).Error.Code.Should().Be((int)StatusCode.AlreadyExists);
        (await AppendAsync(stream, 3, (13, "d"))).Error.Code.Should().Be((int)StatusCode.OutOfRange);
        (await AppendAsync(stream, 2, (12, "c"))).AppendResult.Offset.Should().Be(2);
        (await _client.QueryAsync("SELECT CONCAT(id, name) FROM energy.customers WHERE id >= 10 ORDER BY id"))
            .Should()
            .Equal("10a", "11b", "12c");
    }

    [Fact]
    public async Task Append_AnswerLost_IsFoundByItsOffset()
    {
        var stream = await CreateAsync();
        _standIn.Faults.Next("AppendRows", Fault.AnswerLost);
        await FluentActions.Awaiting(() => AppendAsync(stream, 0, (10, "a"))).Should().ThrowAsync<RpcException>();
        (await AppendAsync(stream, 0, (10, "a"))).Error.Code.Should().Be((int)StatusCode.AlreadyExists);
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("1");
    }

    [Fact]
    public async Task Append_RowsOfTheStream_CanBeDeletedAtOnce()
    {
        await AppendAsync(await CreateAsync(), 0, (10, "a"));
        await _client.QueryAsync("DELETE FROM energy.customers WHERE id = 10");
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("0");
    }

    [Fact]
    public async Task Append_FaultyRow_WritesNoneOfTheRequest()
    {
        var stream = await CreateAsync();
        var faulty = await AppendAsync(stream, 0, (10, "a"), (null, "no id"));
        faulty.Error.Code.Should().Be((int)StatusCode.InvalidArgument);
        faulty.RowErrors.Should().ContainSingle().Which.Index.Should().Be(1);
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("0");
    }

    [Fact]
    public async Task Append_FieldThatTheTableLacks_IsASchemaMismatch()
    {
        var schema = Schema();
        schema.ProtoDescriptor.Field.Add(
            new FieldDescriptorProto
            {
                Name = "nope",
                Number = 9,
                Type = Kind.String,
            }
        );
        var answer = await AppendAsync(await CreateAsync(), 0, schema, ByteString.Empty);
        answer.Error.Details.Should().ContainSingle();
        answer
            .Error.Details[0]
            .Unpack<StorageError>()
            .Code.Should()
            .Be(StorageError.Types.StorageErrorCode.SchemaMismatchExtraFields);
    }

    [Fact]
    public async Task Append_AfterFinalize_IsRefused()
    {
        var stream = await CreateAsync();
        await AppendAsync(stream, 0, (10, "a"));
        (await _write.FinalizeWriteStreamAsync(new FinalizeWriteStreamRequest { Name = stream }))
            .RowCount.Should()
            .Be(1);
        (await AppendAsync(stream, 1, (11, "b"))).Error.Code.Should().Be((int)StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task GoogleClient_ItsStory_SeesOffsets()
    {
        var input = new JsonObject { ["grpc"] = _standIn.GrpcAddress.ToString(), ["table"] = Table };
        var seen = await StandInNode.Folder.RunAsync("google-storage-write.mjs", input.ToJsonString());
        seen.Should()
            .Be(
                """{"type":"COMMITTED","first":{"offset":0},"again":{"code":6},"gap":{"code":11},"next":{"offset":2},"rows":3}"""
            );
        (
            await _client.QueryAsync(
                "SELECT CONCAT(id, IFNULL(name, '-'), IFNULL(region, '-')) FROM energy.customers WHERE id >= 100 ORDER BY id"
            )
        )
            .Should()
            .Equal("100Ada-", "101--", "102-north");
    }

    private async Task<string> CreateAsync()
    {
        var stream = await _write.CreateWriteStreamAsync(
            new CreateWriteStreamRequest
            {
                Parent = Table,
                WriteStream = new WriteStream { Type = WriteStream.Types.Type.Committed },
            }
        );
        stream.TableSchema.Fields.Should().HaveCount(3);
        return stream.Name;
    }

    private Task<AppendRowsResponse> AppendAsync(string stream, long offset, params (long? Id, string Name)[] rows) =>
        AppendAsync(stream, offset, Schema(), [.. rows.Select(row => Row(row.Id, row.Name))]);

    private async Task<AppendRowsResponse> AppendAsync(
        string stream,
        long offset,
        ProtoSchema schema,
        params ByteString[] rows
    )
    {
        using var call = _write.AppendRows();
        var request = new AppendRowsRequest
        {
            WriteStream = stream,
            Offset = offset,
            ProtoRows = new AppendRowsRequest.Types.ProtoData { WriterSchema = schema, Rows = new ProtoRows() },
        };
        request.ProtoRows.Rows.SerializedRows.AddRange(rows);
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(CancellationToken.None)).Should().BeTrue();
        return call.ResponseStream.Current;
    }

    private static ProtoSchema Schema() =>
        new()
        {
            ProtoDescriptor = new DescriptorProto
            {
                Name = "Row",
                Field =
                {
                    new FieldDescriptorProto
                    {
                        Name = "id",
                        Number = 1,
                        Type = Kind.Int64,
                        Label = FieldDescriptorProto.Types.Label.Optional,
                    },
                    new FieldDescriptorProto
                    {
                        Name = "name",
                        Number = 2,
                        Type = Kind.String,
                        Label = FieldDescriptorProto.Types.Label.Optional,
                    },
                },
            },
        };

    private static ByteString Row(long? id, string name)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            if (id is { } number)
            {
                output.WriteTag(1, WireFormat.WireType.Varint);
                output.WriteInt64(number);
            }

            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(name);
        }

        return ByteString.CopyFrom(stream.ToArray());
    }
}
