using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Contracts;
using Governance.Masking.Methods;

namespace Governance.Tests.Contracts;

public sealed class ContractReaderTests
{
    [Fact]
    public void Read_SoundContract_GivesTheWholeModel()
    {
        var reading = Sample.Reader.Read(Sample.Yaml, "people.yaml");

        reading.Faults.Should().BeEmpty();
        var contract = reading.Contract!;
        contract.Id.Should().Be("people");
        contract.Version.Should().Be("1.0.0");
        contract.OwnerTeam.Should().Be("crm");
        contract.Hash.Should().Be(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sample.Yaml))));
        var dataset = contract.Datasets.Should().ContainSingle().Subject;
        dataset.Topic.Should().Be("people.v1");
        dataset.Subject.Should().Be(new DatasetSubject("customer", "person_id"));
        dataset.Retention.Should().Be(new RetentionPeriod(6, "y"));
        dataset.Relationships.Should().Equal(new Relationship("boss_id", "people", "person_id"));
        dataset
            .AllColumns()
            .Select(column => $"{column.Path} {column.Masking?.Method ?? "-"}")
            .Should()
            .Equal(
                "person_id surrogate",
                "boss_id surrogate",
                "phones -",
                "phones[] -",
                "phones[].number surrogate",
                "full_name seal",
                "born generalize",
                "notes seal",
                "height plain",
                "colour plain"
            );
        var born = dataset.Columns.Single(column => column.Name == "born");
        born.Masking!.Parameters.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create("to", "year"));
        dataset.Columns.Single(column => column.Name == "full_name").OnErasure!.Action.Should().Be(ErasureAction.Clear);
        dataset.Identifiers().Select(column => column.Link).Should().Equal(Link.Owns, Link.Lookup, Link.Shared);
    }

    /// <summary>Code, what stands in the sample, what stands there instead with a mark where the fault is, its path.</summary>
    public static TheoryData<string, string, string, string> Spoiled =>
        new()
        {
            // ODCS
            { FaultCodes.BrokenYaml, "  name: crm", "  name: crm¶: x", "" },
            { FaultCodes.DuplicateKey, "status: active", "status: active\n¶status: draft", "status" },
            { FaultCodes.BadKey, "  name: crm", "  name: crm\n  ? ¶[a]\n  : b", "team" },
            { FaultCodes.BadKey, "  name: crm", "  name: crm\n  ¶<<: {}", "team" },
            { FaultCodes.BadAlias, "  name: crm", "  name: ¶*crm", "team.name" },
            { FaultCodes.BadTag, "  name: crm", "  name: ¶!secret crm", "team.name" },
            { FaultCodes.SeveralDocuments, "status: active", "status: active\n¶---\na: b", "" },
            { FaultCodes.UnknownKey, "status: active", "status: active\n¶statsu: active", "statsu" },
            {
                FaultCodes.UnknownKey,
                "logicalType: date",
                "logicalType: date\n        ¶masking: seal",
                "schema[0].properties[4].masking"
            },
            { FaultCodes.MissingKey, "apiVersion: v3.1.0\nkind: DataContract\n", "¶kind: DataContract\n", "" },
            {
                FaultCodes.MissingKey,
                "      - name: born\n        logicalType: date",
                "      - ¶logicalType: date",
                "schema[0].properties[4]"
            },
            {
                FaultCodes.MissingKey,
                "  - server: broker\n    type: kafka\n    host: broker:9092\n",
                "  - ¶server: broker\n    type: kafka\n",
                "servers[0]"
            },
            { FaultCodes.WrongKind, "version: 1.0.0", "version: ¶1.0", "version" },
            { FaultCodes.WrongKind, "  name: crm", "  name: ¶[crm]", "team.name" },
            {
                FaultCodes.UnknownValue,
                "logicalType: date",
                "logicalType: ¶datte",
                "schema[0].properties[4].logicalType"
            },
            { FaultCodes.UnknownValue, "kind: DataContract", "kind: ¶Contract", "kind" },
            {
                FaultCodes.BadValue,
                "to: people.person_id",
                "to: ¶people/person_id/x/y/z",
                "schema[0].properties[1].relationships[0].to"
            },
            // Governance
            { FaultCodes.BadName, "physicalName: people.v1", "physicalName: ¶people/v1", "schema[0].physicalName" },
            { FaultCodes.BadName, "- name: colour", "- name: ¶1colour", "schema[0].properties[7].name" },
            { FaultCodes.DuplicateColumn, "- name: colour", "- ¶name: Height", "schema[0].properties[7]" },
            {
                FaultCodes.DuplicateCustomProperty,
                "            value: clear",
                "            value: clear\n          - property: ¶masking\n            value: seal",
                "schema[0].properties[3].customProperties[3].property"
            },
            {
                FaultCodes.UnknownCustomProperty,
                "            value: clear",
                "            value: clear\n          - property: ¶identifer\n            value: seal",
                "schema[0].properties[3].customProperties[3].property"
            },
            {
                FaultCodes.MisplacedCustomProperty,
                "            value: clear",
                "            value: clear\n          - property: ¶subject\n            value: seal",
                "schema[0].properties[3].customProperties[3].property"
            },
            {
                FaultCodes.Unclassified,
                "- name: colour\n        logicalType: string\n        classification: public",
                "- ¶name: colour\n        logicalType: string",
                "schema[0].properties[7]"
            },
            {
                FaultCodes.Unclassified,
                "- name: colour\n        logicalType: string",
                "- ¶name: colour\n        logicalType: array",
                "schema[0].properties[7]"
            },
            {
                FaultCodes.UnknownCategory,
                "value: user.contact.phone_number",
                "value: ¶user.contact.phone_numbr",
                "schema[0].properties[2].items.properties[0].customProperties[0].value"
            },
            {
                FaultCodes.BadMasking,
                "              method: seal",
                "              ¶mehtod: seal",
                "schema[0].properties[3].customProperties[1].value"
            },
            {
                FaultCodes.UnknownMethod,
                "method: seal",
                "method: ¶sael",
                "schema[0].properties[3].customProperties[1].value.method"
            },
            {
                FaultCodes.BadParameter,
                "              method: generalize\n              to: year",
                "              ¶method: generalize\n              to: century",
                "schema[0].properties[4].customProperties[1].value"
            },
            {
                FaultCodes.BadParameter,
                "to: year",
                "to: ¶[year]",
                "schema[0].properties[4].customProperties[1].value.to"
            },
            {
                FaultCodes.BadParameter,
                "              method: seal",
                "              ¶method: seal\n              strength: high",
                "schema[0].properties[3].customProperties[1].value"
            },
            {
                FaultCodes.MethodNotForComposite,
                "            value: user.content.private\n          - property: masking\n            value: seal",
                "            value: user.content.private\n          - property: masking\n            value: ¶token",
                "schema[0].properties[5].customProperties[1].value"
            },
            {
                FaultCodes.MaskedAsWhole,
                "          - property: masking\n            value: seal\n      - name: height",
                "          - property: masking\n            value: seal\n        properties:\n          - name: inner\n            customProperties: [{property: masking, value: ¶drop}]\n      - name: height",
                "schema[0].properties[5].properties[0].customProperties[0].value"
            },
            {
                FaultCodes.PersonalWithoutMasking,
                "- name: born\n        logicalType: date\n        customProperties:\n          - property: privacyCategory\n            value: user.demographic.date_of_birth\n          - property: masking\n            value:\n              method: generalize\n              to: year",
                "- ¶name: born\n        logicalType: date\n        customProperties:\n          - property: privacyCategory\n            value: user.demographic.date_of_birth",
                "schema[0].properties[4]"
            },
            {
                FaultCodes.PersonalPlain,
                "              method: plain\n              justification: Known to all who look.",
                "              ¶method: plain",
                "schema[0].properties[6].customProperties[1].value"
            },
            {
                FaultCodes.BadIdentifier,
                "            value: person_id\n          - property: link\n            value: owns",
                "            value: ¶Person Id\n          - property: link\n            value: owns",
                "schema[0].properties[0].customProperties[1].value"
            },
            {
                FaultCodes.IdentifierOnComposite,
                "            value: user.content.private",
                "            value: user.content.private\n          - {property: identifier, value: ¶note}\n          - {property: link, value: owns}",
                "schema[0].properties[5].customProperties[1].value"
            },
            {
                FaultCodes.IdentifierWithoutLink,
                "            value: person_id\n          - property: link\n            value: lookup",
                "            value: ¶person_id",
                "schema[0].properties[1].customProperties[1].value"
            },
            {
                FaultCodes.IdentifierWithoutSurrogate,
                "value: lookup\n          - property: masking\n            value: surrogate",
                "value: lookup\n          - property: masking\n            value: ¶token",
                "schema[0].properties[1].customProperties[3].value"
            },
            {
                FaultCodes.LinkWithoutIdentifier,
                "            value: clear",
                "            value: clear\n          - {property: link, value: ¶owns}",
                "schema[0].properties[3].customProperties[3].value"
            },
            {
                FaultCodes.UnknownLink,
                "value: lookup",
                "value: ¶own",
                "schema[0].properties[1].customProperties[2].value"
            },
            {
                FaultCodes.SurrogateWithoutIdentifier,
                "              method: seal",
                "              ¶method: surrogate",
                "schema[0].properties[3].customProperties[1].value"
            },
            {
                FaultCodes.BadSubject,
                "          kind: customer\n          identifier: person_id",
                "          ¶identifier: person_id",
                "schema[0].customProperties[0].value"
            },
            {
                FaultCodes.UnknownSubjectColumn,
                "          kind: customer\n          identifier: person_id",
                "          ¶kind: customer\n          identifier: personid",
                "schema[0].customProperties[0].value"
            },
            {
                FaultCodes.SubjectNotIdentifier,
                "          kind: customer\n          identifier: person_id",
                "          ¶kind: customer\n          identifier: full_name",
                "schema[0].customProperties[0].value"
            },
            {
                FaultCodes.SubjectRepeated,
                "          kind: customer\n          identifier: person_id",
                "          ¶kind: customer\n          identifier: phones[].number",
                "schema[0].customProperties[0].value"
            },
            {
                FaultCodes.UnknownSubjectColumn,
                "              method: seal",
                "              ¶method: seal\n              under: nobody",
                "schema[0].properties[3].customProperties[1].value.under"
            },
            {
                FaultCodes.BadOnErasure,
                "value: clear",
                "value: ¶claer",
                "schema[0].properties[3].customProperties[2].value"
            },
            {
                FaultCodes.RetainWithoutBasis,
                "value: clear",
                "value: ¶{action: retain, period: 6y}",
                "schema[0].properties[3].customProperties[2].value"
            },
            {
                FaultCodes.RetainWithoutPeriod,
                "value: clear",
                "value: ¶{action: retain, legalBasis: law}",
                "schema[0].properties[3].customProperties[2].value"
            },
            {
                FaultCodes.RetainWithoutPeriod,
                "value: clear",
                "value: {action: retain, legalBasis: law, period: ¶six years}",
                "schema[0].properties[3].customProperties[2].value.period"
            },
            { FaultCodes.BadRetention, "    value: 6\n", "    value: ¶-6\n", "slaProperties[0].value" },
            { FaultCodes.UnknownElement, "element: people", "element: ¶peple", "slaProperties[0].element" },
            {
                FaultCodes.UnknownRelationship,
                "to: people.person_id",
                "to: ¶people.persn_id",
                "schema[0].properties[1].relationships[0].to"
            },
            {
                FaultCodes.RelationshipDomain,
                "to: people.person_id",
                "to: ¶people.full_name",
                "schema[0].properties[1].relationships[0].to"
            },
            {
                FaultCodes.BadRelationship,
                "to: people.person_id",
                "to: ¶servers/broker",
                "schema[0].properties[1].relationships[0].to"
            },
        };

    [Fact]
    public void Read_MethodThatThisReaderLacks_SaysItIsNotAvailable()
    {
        var methods = MaskingMethods
            .All.Where(method => method.Key is not "fpe")
            .ToDictionary(method => method.Key, method => method.Value, StringComparer.Ordinal);
        var (yaml, line, column) = Sample.Locate(Sample.With("method: seal", "method: ¶fpe"));

        var reading = new ContractReader(methods).Read(yaml, "people.yaml");

        reading.Contract.Should().BeNull();
        reading
            .Faults.Should()
            .ContainSingle(fault =>
                fault.Code == FaultCodes.MethodUnavailable && fault.Line == line && fault.Column == column
            );
    }

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void Read_OneThingSpoiled_NamesItWithLineColumnAndPath(
        string code,
        string old,
        string replacement,
        string path
    )
    {
        var (yaml, line, column) = Sample.Locate(Sample.With(old, replacement));

        var reading = Sample.Reader.Read(yaml, "people.yaml");

        reading.Contract.Should().BeNull();
        reading
            .Faults.Select(fault => (fault.File, fault.Line, fault.Column, fault.Path, fault.Code))
            .Should()
            .Contain(("people.yaml", line, column, path, code));
        reading.Faults.Should().OnlyContain(fault => fault.Message.Length > 20);
    }

    [Fact]
    public void Spoiled_Cases_CoverEveryCodeOfOneFile()
    {
        string[] elsewhere =
        [
            FaultCodes.BadCompactedBy,
            FaultCodes.BadDelivery,
            FaultCodes.BadNewerThanErasure,
            FaultCodes.DuplicateMaskedTopic,
            FaultCodes.BadTopicRetention,
            FaultCodes.EmptyDocument,
            FaultCodes.MethodUnavailable,
            FaultCodes.TooDeep,
            FaultCodes.TooLarge,
            FaultCodes.UnreadableFile,
            FaultCodes.NoDataset,
            FaultCodes.NoColumns,
            FaultCodes.SealWithoutSubject,
            FaultCodes.Unreachable,
            FaultCodes.DuplicateContract,
            FaultCodes.DuplicateDataset,
            FaultCodes.DuplicateTopic,
            FaultCodes.InconsistentSubject,
            FaultCodes.IdMismatch,
        ];
        var codes = typeof(FaultCodes)
            .GetFields()
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

        Spoiled.Select(row => row.Data.Item1).Concat(elsewhere).Distinct().Should().BeEquivalentTo(codes);
    }

    [Fact]
    public void Read_ManyThingsSpoiled_ReportsAllAtOnceByLine()
    {
        var yaml = Sample
            .Yaml.Replace("status: active", "status: 7", StringComparison.Ordinal)
            .Replace("method: seal", "method: sael", StringComparison.Ordinal)
            .Replace("value: owns", "value: own", StringComparison.Ordinal)
            .Replace("logicalType: date", "logicalType: day", StringComparison.Ordinal)
            .Replace("unit: y", "unit: eons", StringComparison.Ordinal);

        var faults = Sample.Reader.Read(yaml, "people.yaml").Faults;

        faults
            .Select(fault => $"{fault.Line} {fault.Code}")
            .Should()
            .Equal("5 wrong_kind", "34 unknown_link", "73 unknown_method", "77 unknown_value", "106 bad_retention");
    }

    [Theory]
    [InlineData("sael", "seal")]
    [InlineData("Seal", "seal")]
    [InlineData("generalise", "generalize")]
    public void Read_MisspeltMethod_SaysWhichWasMeantAndWhichThereAre(string word, string meant)
    {
        var yaml = Sample.With("method: seal", $"method: {word}");

        var message = Sample
            .Reader.Read(yaml, "f")
            .Faults.First(fault => fault.Code == FaultCodes.UnknownMethod)
            .Message;

        message.Should().Contain($"Did you mean '{meant}'?").And.Contain("digest, drop, fpe, generalize, partial");
    }

    [Fact]
    public void Read_DateShiftWithoutSubject_IsAFaultUnlessUnderNamesAKey()
    {
        const string subject = """
                  - property: subject
                    value:
                      kind: customer
                      identifier: person_id

            """;
        var bare = Sample.With(subject, "").Replace("method: seal", "method: dateshift", StringComparison.Ordinal);
        var under = bare.Replace(
            "method: dateshift",
            "method: dateshift\n              under: person_id",
            StringComparison.Ordinal
        );

        Faults(bare).Should().ContainSingle().Which.Should().StartWith("dateshift masks under a subject's key");
        Faults(under).Should().BeEmpty();

        static IEnumerable<string> Faults(string yaml) =>
            Sample
                .Reader.Read(yaml, "f")
                .Faults.Where(fault => fault.Code == FaultCodes.SealWithoutSubject)
                .Select(fault => fault.Message)
                .Where(message => message.Contains("dateshift", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SealWithoutSubject_IsAFaultUnlessUnderNamesAKey()
    {
        const string subject = """
                  - property: subject
                    value:
                      kind: customer
                      identifier: person_id

            """;
        var (bare, line, column) = Sample.Locate(
            Sample
                .With(subject, "")
                .Replace("              method: seal", "              ¶method: seal", StringComparison.Ordinal)
        );
        var under = bare.Replace(
                "method: seal",
                "method: seal\n              under: person_id",
                StringComparison.Ordinal
            )
            .Replace(
                "            value: seal",
                "            value: {method: seal, under: boss_id}",
                StringComparison.Ordinal
            );

        Sample
            .Reader.Read(bare, "f")
            .Faults.Select(fault => (fault.Line, fault.Column, fault.Code, fault.Path))
            .Should()
            .HaveCount(2)
            .And.Contain(
                (line, column, FaultCodes.SealWithoutSubject, "schema[0].properties[3].customProperties[1].value")
            );
        Sample.Reader.Read(under, "f").Faults.Should().BeEmpty();
    }

    [Fact]
    public void Read_PersonalDataWithoutIdentifier_IsUnreachable()
    {
        const string yaml = """
            {apiVersion: v3.1.0, kind: DataContract, id: a, version: '1', status: active, schema: [
            {name: a, properties: [{name: b, customProperties: [
            {property: privacyCategory, value: user.name}, {property: masking, value: redact}]}]}]}
            """;

        var fault = Sample.Reader.Read(yaml, "f").Faults.Should().ContainSingle().Subject;

        (fault.Code, fault.Line, fault.Column, fault.Path).Should().Be((FaultCodes.Unreachable, 2, 1, "schema[0]"));
        Sample
            .Reader.Read(yaml.Replace("user.name", "system.operations", StringComparison.Ordinal), "f")
            .Faults.Should()
            .BeEmpty();
    }

    [Theory]
    [InlineData("", FaultCodes.EmptyDocument)]
    [InlineData("# nothing", FaultCodes.EmptyDocument)]
    [InlineData("---\n...\n", FaultCodes.EmptyDocument)]
    [InlineData("just text", FaultCodes.WrongKind)]
    [InlineData("- a\n- b", FaultCodes.WrongKind)]
    [InlineData("a: b\n\tc: d", FaultCodes.BrokenYaml)]
    [InlineData("id: a\0\nkind: b", FaultCodes.BrokenYaml)]
    [InlineData("a: 'b", FaultCodes.BrokenYaml)]
    [InlineData("%YAML 9.9\n---\na: b", FaultCodes.BrokenYaml)]
    [InlineData("a: &a [*a]", FaultCodes.BadAlias)]
    [InlineData("apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: '1'\nstatus: active", FaultCodes.NoDataset)]
    [InlineData("schema: [{name: a}]", FaultCodes.NoColumns)]
    public void Read_NoContractAtAll_SaysSo(string yaml, string code) =>
        Sample.Reader.Read(yaml, "f").Faults.Should().Contain(fault => fault.Code == code);

    [Fact]
    public void Read_HalfASurrogatePair_IsNoYaml() =>
        Sample
            .Reader.Read("id: " + '\ud800', "f")
            .Faults.Select(fault => (fault.Code, fault.Line, fault.Column))
            .Should()
            .Equal((FaultCodes.BrokenYaml, 1, 5));

    [Fact]
    public void Read_HostileNesting_IsRefusedWithoutWalkingIt()
    {
        var lists = new string('[', 100_000);
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"
            );
        }

        // Each line is flat; followed through its aliases, the last is thousands of levels deep.
        var ladder = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 2000; i++)
        {
            ladder.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [[[[*a{i - 1}]]]]\n");
        }

        Codes(lists).Should().Contain(code => code == FaultCodes.TooDeep || code == FaultCodes.BrokenYaml);
        Codes(lists + new string(']', 100_000)).Should().Contain(FaultCodes.TooDeep);
        Codes(string.Concat(Enumerable.Repeat("{a: ", 5000))).Should().NotBeEmpty();
        Codes(bomb.ToString()).Should().Contain(FaultCodes.TooLarge);
        Codes(ladder.ToString()).Should().Contain(FaultCodes.TooDeep);
        Codes(new string('x', 2 << 20)).Should().Equal(FaultCodes.TooLarge);

        static IEnumerable<string> Codes(string yaml) =>
            Sample.Reader.Read(yaml, "f").Faults.Select(fault => fault.Code);
    }

    [Fact]
    public void Read_Aliases_AreFollowed()
    {
        var yaml = Sample
            .With("value: user.content.private", "value: &private user.content.private")
            .Replace("value: user.health", "value: *private", StringComparison.Ordinal);

        var dataset = Sample.Reader.Read(yaml, "f").Contract!.Datasets[0];

        dataset.Columns.Single(column => column.Name == "height").PrivacyCategory.Should().Be("user.content.private");
    }

    [Fact]
    public void Read_TeamAsList_IsSoundAndNamesNoOwner()
    {
        var reading = Sample.Reader.Read(Sample.With("team:\n  name: crm", "team:\n  - username: ada"), "f");

        reading.Faults.Should().BeEmpty();
        reading.Contract!.OwnerTeam.Should().BeEmpty();
    }
}
