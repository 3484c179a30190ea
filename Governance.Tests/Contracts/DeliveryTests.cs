using Governance.Masking.Contracts;

namespace Governance.Tests.Contracts;

/// <summary>Where a dataset goes, and how keys and headers are masked.</summary>
public sealed class DeliveryTests
{
    private const string Anchor = "      - property: onErasure\n        value: delete\n";

    [Fact]
    public void Read_WithoutADelivery_GoesToTheWarehouse() =>
        Sample.Reader.Read(Sample.Yaml, "people.yaml").Contract!.Datasets[0].Delivery.Should().Be(Delivery.Warehouse);

    [Theory]
    [InlineData("topic", false, true)]
    [InlineData("warehouse", true, false)]
    [InlineData("[warehouse, topic]", true, true)]
    public void Read_OfWays_TakesThem(string value, bool toWarehouse, bool toTopic)
    {
        var dataset = Dataset(value);

        (dataset.Delivery.ToWarehouse, dataset.Delivery.ToTopic).Should().Be((toWarehouse, toTopic));
        dataset.MaskedTopic.Should().Be("people.v1.masked");
    }

    [Fact]
    public void Read_OfAMapping_TakesTopicKeyAndHeaders()
    {
        var dataset = Dataset(
            "{ to: [topic], topic: people.safe, key: person_id, headers: [ { name: x-person, column: person_id }, { name: x-mail, identifier: email, link: owns }, { name: x-debug, drop: true } ] }"
        );

        dataset.MaskedTopic.Should().Be("people.safe");
        dataset.Delivery.Key!.Column!.Path.Should().Be("person_id");
        dataset
            .Delivery.Headers.Select(header => (header.Name, header.Column?.Identifier))
            .Should()
            .Equal(("x-person", "person_id"), ("x-mail", "email"), ("x-debug", null));
    }

    [Fact]
    public void Read_OfAPublicKey_PassesItOn() =>
        Dataset("{ to: topic, key: { classification: public } }").Delivery.Key.Should().Be(new ClassifiedKey(null));

    [Theory]
    [InlineData("nowhere", "value")]
    [InlineData("[]", "value")]
    [InlineData("[topic, topic]", "value[1]")]
    [InlineData("{ to: topic, topik: a }", "value.topik")]
    [InlineData("{ to: topic, topic: 'a b' }", "value.topic")]
    [InlineData("{ to: topic, topic: people.v1 }", "value.topic")]
    [InlineData("{ to: warehouse, key: person_id }", "value")]
    [InlineData("{ to: topic, key: nobody }", "value.key")]
    [InlineData("{ to: topic, key: phones }", "value.key")]
    [InlineData("{ to: topic, key: { column: nobody } }", "value.key.column")]
    [InlineData("{ to: topic, key: { identifier: email } }", "value.key")]
    [InlineData("{ to: topic, key: { classification: secret } }", "value.key.classification")]
    [InlineData("{ to: topic, headers: [ x ] }", "value.headers[0]")]
    [InlineData("{ to: topic, headers: [ { name: a } ] }", "value.headers[0]")]
    [InlineData(
        "{ to: topic, headers: [ { name: a, drop: true }, { name: A, drop: true } ] }",
        "value.headers[1].name"
    )]
    [InlineData("{ to: topic, headers: [ { name: a, drop: false } ] }", "value.headers[0].drop")]
    public void Read_OfWhatCannotBe_IsAFaultAtItsPlace(string value, string place)
    {
        var faults = Sample.Reader.Read(Yaml(value), "people.yaml").Faults;

        faults.Should().ContainSingle();
        faults[0].Code.Should().Be(FaultCodes.BadDelivery);
        faults[0].Path.Should().EndWith("." + place).And.StartWith("schema[0].customProperties[2]");
    }

    [Theory]
    [InlineData("topic: people.masked")]
    [InlineData("topic: others")]
    public void Lint_AMaskedTopicOfAnother_IsAFault(string topic)
    {
        var first = Yaml("{ to: topic, topic: people.masked }");
        var second = Yaml($"{{ to: topic, {topic} }}")
            .Replace("id: people", "id: others", StringComparison.Ordinal)
            .Replace("name: people\n", "name: others\n", StringComparison.Ordinal)
            .Replace("physicalName: people.v1", "physicalName: others.v1", StringComparison.Ordinal)
            .Replace("to: people.person_id", "to: others.person_id", StringComparison.Ordinal);
        var third = second.Contains("topic: others", StringComparison.Ordinal)
            ? second.Replace("physicalName: others.v1", "physicalName: others", StringComparison.Ordinal)
            : second;

        var report = new ContractLinter(Sample.Reader).Lint([
            new ContractText("people.yaml", first),
            new ContractText("others.yaml", third),
        ]);

        report
            .Faults.Select(fault => fault.Code)
            .Should()
            .Contain(code => code == FaultCodes.DuplicateMaskedTopic || code == FaultCodes.BadDelivery);
    }

    [Theory]
    [InlineData("{ to: topic, key: person_id }", "{ to: topic, key: { classification: public } }", "key")]
    [InlineData("{ to: topic, headers: [ { name: a, drop: true } ] }", "topic", "header a")]
    public void Between_LessOfKeysAndHeaders_IsALoss(string was, string becomes, string what)
    {
        var before = Sample.Reader.Read(Yaml(was), "a.yaml").Contract!;
        var after = Sample.Reader.Read(Yaml(becomes), "b.yaml").Contract!;

        ProtectionLoss.Between([before], after).Should().ContainSingle().Which.Was.Should().StartWith(what);
        ProtectionLoss.Between([after], before).Should().BeEmpty();
    }

    [Theory]
    [InlineData("drop", false, true)]
    [InlineData("startAnew", true, true)]
    [InlineData("whatever", false, false)]
    public void Read_OfNewerThanErasure_TakesItsTwoWords(string word, bool startsAnew, bool isTaken)
    {
        var reading = Sample.Reader.Read(
            Sample.Yaml.Replace(
                Anchor,
                $"{Anchor}      - property: newerThanErasure\n        value: {word}\n",
                StringComparison.Ordinal
            ),
            "people.yaml"
        );

        reading.Contract?.Datasets[0].StartsAnew.Should().Be(startsAnew);
        reading.Faults.Select(fault => fault.Code).Should().Equal(isTaken ? [] : [FaultCodes.BadNewerThanErasure]);
    }

    private static Dataset Dataset(string value)
    {
        var reading = Sample.Reader.Read(Yaml(value), "people.yaml");
        reading.Faults.Should().BeEmpty();
        return reading.Contract!.Datasets[0];
    }

    private static string Yaml(string value) =>
        Sample.Yaml.Replace(
            Anchor,
            $"{Anchor}      - property: delivery\n        value: {value}\n",
            StringComparison.Ordinal
        );
}
