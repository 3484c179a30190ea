using System.Buffers;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Columns;

/// <summary>Columns go in and come out as Arrow lays them out, masked to what records are masked to.</summary>
public sealed class ColumnBatchTests : IAsyncLifetime
{
    private static readonly Dataset People = Dataset(
        "people",
        "id",
        Identifier("id", "customer_id", Link.Owns),
        Composite("name", Personal("given", "seal", "user.name.first")),
        Personal("born", "generalize", "user", ("to", "year")) with
        {
            LogicalType = "date",
        },
        Personal("age", "generalize", "user", ("bucket", "10")) with
        {
            LogicalType = "integer",
        },
        Personal("gone", "drop", "user"),
        Public("note"),
        Composite("phones", Composite("", Identifier("number", "phone", Link.Shared)))
    );

    private readonly MaskingBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task MaskAsync_ColumnsOfArrow_ComeOutAsColumnsOfArrow()
    {
        var ids = Strings("C-1", "C-2", "C-1");
        var given = Strings("Ada", null, "Bob");
        var born = Strings("1815-12-10", "1971-05-31", null);
        var batch = ColumnMaskingPlan.Compile(People, _bench.Keys).NewBatch();

        Set(batch, "id", ids);
        Set(batch, "name.given", given);
        Set(batch, "born", born);
        Set(batch, "note", Strings("as it is", null, ""));
        batch.EndRows();
        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);

        var one = _bench.SurrogateOf("customer_id", "C-1").ToString();
        Texts(Masked(batch, "id")).Should().Equal(one, _bench.SurrogateOf("customer_id", "C-2").ToString(), one);
        Texts(Masked(batch, "born")).Should().Equal("1815-01-01", "1971-01-01", null);
        Texts(Masked(batch, "note")).Should().Equal("as it is", null, "");
        Texts(Masked(batch, "name.given"))
            .Should()
            .Equal(await JsonAsync("C-1", "Ada"), null, await JsonAsync("C-1", "Bob"));
    }

    [Fact]
    public async Task MaskAsync_RowsThatCannotBe_AreNullAndHaveAFault()
    {
        var batch = ColumnMaskingPlan.Compile(People, _bench.Keys).NewBatch();
        Set(batch, "id", Strings("C-1", "", null, "C-4", "C-5", "C-6", "C-7"));
        Set(batch, "name.given", Strings(null, "x", "x", null, null, null, null));
        Set(batch, "born", Strings("1971-02-28", null, null, "1971-02-30", "\"", "1971-01-01\" ", null));
        Set(batch, "age", Strings("42", null, null, null, null, null, "4 2"));
        batch.EndRows();
        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);

        Enumerable
            .Range(0, 7)
            .Select(row => batch.FaultOf(row)?.Code)
            .Should()
            .Equal(
                null,
                EventFaults.InvalidIdentifier,
                EventFaults.MissingSubject,
                EventFaults.ValueOutOfRange,
                EventFaults.ValueOutOfRange,
                EventFaults.ValueOutOfRange,
                EventFaults.ValueOutOfRange
            );
        Texts(Masked(batch, "age")).Should().Equal("40", null, null, null, null, null, null);
        Texts(Masked(batch, "id")).Where(text => text is not null).Should().ContainSingle();
    }

    [Fact]
    public async Task Clear_ThenAnotherTable_KnowsNothingOfTheFirst()
    {
        var batch = ColumnMaskingPlan.Compile(People, _bench.Keys).NewBatch();
        foreach (var rows in new[] { 3, 1 })
        {
            Set(batch, "id", Strings([.. Enumerable.Range(0, rows).Select(row => $"C-{row}")]));
            batch.EndRows();
            await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);
            Texts(Masked(batch, "id")).Should().HaveCount(rows).And.OnlyHaveUniqueItems();
            batch.Clear();
        }

        batch.Count.Should().Be(0);
    }

    [Fact]
    public void SetColumn_WhatDoesNotFit_IsRefused()
    {
        var batch = ColumnMaskingPlan.Compile(People, _bench.Keys).NewBatch();
        batch.SetColumn("gone", "ab"u8, [0, 1, 2]);

        Refused(() => batch.SetColumn("shoe", "a"u8, [0, 1]))
            .Should()
            .Throw<PlanException>()
            .Which.Code.Should()
            .Be(EventFaults.UnclassifiedField);
        Refused(() => batch.SetColumn("phones[].number", "a"u8, [0, 1])).Should().Throw<PlanException>();
        Refused(() => batch.SetColumn("id", "a"u8, [0, 1]))
            .Should()
            .Throw<ArgumentException>("it has one row, and not two");
        Refused(() => batch.SetColumn("id", "ab"u8, [0, 2, 1])).Should().Throw<ArgumentException>();
        Refused(() => batch.SetColumn("id", "ab"u8, [0, 1, 3])).Should().Throw<ArgumentException>();
        Refused(() => batch.SetColumn("id", "ab"u8, [])).Should().Throw<ArgumentException>();
        batch.EndRows();
        Refused(() => batch.SetColumn("id", "ab"u8, [0, 1, 2])).Should().Throw<InvalidOperationException>();
        Refused(() => batch.Masked("gone", 0)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Compile_PersonalColumnWithoutARule_IsRefused()
    {
        var compile = () =>
            ColumnMaskingPlan.Compile(Dataset("d", null, Personal("a", "seal") with { Masking = null }), _bench.Keys);

        compile.Should().Throw<PlanException>().Which.Faults.Should().ContainSingle(fault => fault.Path == "a");
    }

    private static Action Refused(Action act) => act;

    private static void Set(ColumnBatch batch, string path, StringArray column) =>
        batch.SetColumn(path, column.Values, column.ValueOffsets, column.NullBitmapBuffer.Span);

    private static StringArray Masked(ColumnBatch batch, string path)
    {
        var values = new ArrayBufferWriter<byte>();
        var offsets = new int[batch.Count + 1];
        var validity = new byte[(batch.Count + 7) / 8];
        batch.CopyMasked(path, values, offsets, validity);
        var nulls = Enumerable.Range(0, batch.Count).Count(row => (validity[row >> 3] & (1 << (row & 7))) == 0);
        return new StringArray(
            batch.Count,
            new ArrowBuffer(System.Runtime.InteropServices.MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray()),
            new ArrowBuffer(values.WrittenMemory),
            new ArrowBuffer(validity),
            nulls
        );
    }

    private static StringArray Strings(params string?[] values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values)
        {
            _ = value is null ? builder.AppendNull() : builder.Append(value);
        }

        return builder.Build();
    }

    private static string?[] Texts(StringArray column) =>
        [.. Enumerable.Range(0, column.Length).Select(row => column.GetString(row))];

    private async Task<string?> JsonAsync(string id, string given)
    {
        var batch = JsonMaskingPlan.Compile(People, _bench.Keys).NewBatch();
        batch.Add(JsonSerializer.SerializeToUtf8Bytes(new { id, name = new { given } }));
        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);
        var output = new ArrayBufferWriter<byte>();
        batch.Write(0, output);
        return JsonDocument
            .Parse(Encoding.UTF8.GetString(output.WrittenSpan))
            .RootElement.GetProperty("name")
            .GetProperty("given")
            .GetString();
    }
}
