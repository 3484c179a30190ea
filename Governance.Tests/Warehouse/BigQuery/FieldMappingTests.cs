using System.Collections.Immutable;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Newtonsoft.Json;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class FieldMappingTests
{
    private static readonly Gen<MaskedType> s_scalar = Gen.OneOf(
        Gen.Enum<ScalarKind>()
            .Where(kind => kind != ScalarKind.Decimal)
            .Select(kind => (MaskedType)new ScalarType(kind)),
        Gen.Select(Gen.Int[0, 38], Gen.Int[0, 38])
            .Where((whole, scale) => whole + scale > 0)
            .Select((whole, scale) => (MaskedType)new ScalarType(ScalarKind.Decimal, whole + scale, scale))
    );

    private static readonly Gen<MaskedType> s_type = Gen.Recursive<MaskedType>(
        (depth, inner) =>
            depth >= 4
                ? s_scalar
                : Gen.OneOf(
                    s_scalar,
                    Gen.Select(inner, Gen.Bool).Select((item, nullable) => (MaskedType)new ListType(item, nullable)),
                    inner.Select(value => (MaskedType)new MapType(value, ValueNullable: true)),
                    inner.Array[1, 4].Select(types => (MaskedType)new StructType([.. types.Select(Numbered)]))
                )
    );

    [Fact]
    public void ToMasked_OfAnyTypeThroughRest_IsTheTypeItself() =>
        s_type.Sample(type =>
        {
            var field = FieldMapping.ToField("t", "c", type, "c", depth: 0);
            var read = ThroughRest([field]);
            FieldMapping.ToMasked(read[0]).Should().Be(Canonical(type));
        });

    [Fact]
    public void Join_WithItsOwnSchema_ChangesNothing() =>
        s_type.Sample(type =>
        {
            var held = ThroughRest([FieldMapping.ToField("t", "c", type, "c", depth: 0)]);
            var written = ImmutableArray.Create(FieldMapping.ToField("t", "c", type, "c", depth: 0));
            (SchemaWidening.Join("t", held, written) == held).Should().BeTrue();
        });

    [Theory]
    [InlineData(38, 9, "NUMERIC")]
    [InlineData(29, 0, "NUMERIC")]
    [InlineData(9, 9, "NUMERIC")]
    [InlineData(30, 0, "BIGNUMERIC")]
    [InlineData(10, 10, "BIGNUMERIC")]
    [InlineData(76, 38, "BIGNUMERIC")]
    public void ToField_Decimal_TakesTheSmallestThatHoldsIt(int precision, int scale, string type)
    {
        var field = FieldMapping.ToField("t", "c", new ScalarType(ScalarKind.Decimal, precision, scale), "c", 0);
        field.Type.Should().Be(type);
        (field.Precision, field.Scale).Should().Be((precision, scale));
    }

    [Theory]
    [InlineData(39, 0)]
    [InlineData(40, 39)]
    [InlineData(77, 38)]
    public void ToField_DecimalThatIsTooLong_NamesTableAndColumn(int precision, int scale)
    {
        var make = () =>
            FieldMapping.ToField("payments", "a", new ScalarType(ScalarKind.Decimal, precision, scale), "a.b", 0);

        make.Should().Throw<SinkSchemaException>().WithMessage("Table payments, column a.b:*Lower its precision*");
    }

    [Theory]
    [InlineData("1st")]
    [InlineData("a b")]
    [InlineData("naïve")]
    [InlineData("_partition")]
    [InlineData("_PartitionTime")]
    [InlineData("_TABLE_SUFFIX")]
    [InlineData("_file_name")]
    [InlineData("__ROOT__x")]
    [InlineData("_change_type")]
    [InlineData("_list_item")]
    [InlineData("")]
    public void ToFields_NameThatBigQueryDoesNotTake_IsRefused(string name)
    {
        foreach (
            var schema in new[]
            {
                Schema(Field(name, ScalarKind.Text)),
                Schema(Field("r", new StructType([Field(name, ScalarKind.Text)]))),
            }
        )
        {
            var make = () => FieldMapping.ToFields("t", schema.Columns);
            make.Should().Throw<SinkSchemaException>().WithMessage("Table t, column *Rename the field.");
        }
    }

    [Fact]
    public void ToFields_LongestName_IsTakenAndOneMoreIsNot()
    {
        FieldMapping.ToFields("t", [Field(new string('n', 300), ScalarKind.Text)]).Should().ContainSingle();
        var make = () => FieldMapping.ToFields("t", [Field(new string('n', 301), ScalarKind.Text)]);
        make.Should().Throw<SinkSchemaException>();
    }

    [Fact]
    public void ToFields_NamesThatDifferInCaseAlone_AreRefused()
    {
        var make = () => FieldMapping.ToFields("t", [Field("id", ScalarKind.Text), Field("ID", ScalarKind.Text)]);
        make.Should().Throw<SinkSchemaException>().WithMessage("*upper and lower case*");
    }

    [Fact]
    public void ToFields_RecordWithoutFields_IsRefused()
    {
        var make = () => FieldMapping.ToFields("t", [Field("r", new StructType([]))]);
        make.Should().Throw<SinkSchemaException>().WithMessage("*no field of this record is left*");
    }

    [Fact]
    public void ToFields_FifteenRecordsDeep_IsTakenAndOneMoreIsNot()
    {
        MaskedType Nest(int depth) => depth == 0 ? ScalarType.Text : new StructType([Field("f", Nest(depth - 1))]);

        FieldMapping.ToFields("t", [Field("c", Nest(15))]).Should().ContainSingle();
        var make = () => FieldMapping.ToFields("t", [Field("c", Nest(16))]);
        make.Should().Throw<SinkSchemaException>().WithMessage("*nests records 15 deep*");
    }

    [Fact]
    public void ToMasked_ColumnsOfOthers_AreLeftOut()
    {
        ImmutableArray<BigQueryField> held =
        [
            .. SystemColumns.All,
            new("place", "GEOGRAPHY"),
            new("name", FieldTypes.String),
            new("short", FieldTypes.String) { MaxLength = 10 },
        ];

        FieldMapping
            .ToMasked(held)
            .Fields.Select(field => (field.Name, field.Type))
            .Should()
            .Equal(("name", ScalarType.Text), ("short", ScalarType.Text));
    }

    private static ImmutableArray<BigQueryField> ThroughRest(ImmutableArray<BigQueryField> fields)
    {
        var json = JsonConvert.SerializeObject(FieldResources.Write(fields));
        return FieldResources.Read(JsonConvert.DeserializeObject<TableSchema>(json));
    }

    private static MaskedField Numbered(MaskedType type, int at) => new($"f{at}", type, Nullable: true);

    // What BigQuery tells apart.
    private static MaskedType Canonical(MaskedType type) =>
        type switch
        {
            ScalarType { Kind: ScalarKind.Int32 } => new ScalarType(ScalarKind.Int64),
            ScalarType { Kind: ScalarKind.Float } => new ScalarType(ScalarKind.Double),
            StructType record => new StructType([
                .. record.Fields.Select(field => field with { Type = Canonical(field.Type) }),
            ]),
            ListType list => new ListType(Canonical(list.Item), list.ItemNullable || list.Item is ListType or MapType),
            MapType map => new MapType(Canonical(map.Value), ValueNullable: true),
            _ => type,
        };
}
