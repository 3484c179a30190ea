using Governance.Masking.Contracts;

namespace Governance.Tests.Contracts;

/// <summary>A contract without faults, to be spoiled in one place.</summary>
internal static class Sample
{
    public const string Yaml = """
        apiVersion: v3.1.0
        kind: DataContract
        id: people
        version: 1.0.0
        status: active
        name: People
        team:
          name: crm
        servers:
          - server: broker
            type: kafka
            host: broker:9092
        schema:
          - name: people
            physicalName: people.v1
            logicalType: object
            description: Some people.
            customProperties:
              - property: subject
                value:
                  kind: customer
                  identifier: person_id
              - property: onErasure
                value: delete
            properties:
              - name: person_id
                logicalType: string
                customProperties:
                  - property: privacyCategory
                    value: user.unique_id
                  - property: identifier
                    value: person_id
                  - property: link
                    value: owns
                  - property: masking
                    value: surrogate
              - name: boss_id
                logicalType: string
                relationships:
                  - to: people.person_id
                customProperties:
                  - property: privacyCategory
                    value: user.unique_id
                  - property: identifier
                    value: person_id
                  - property: link
                    value: lookup
                  - property: masking
                    value: surrogate
              - name: phones
                logicalType: array
                items:
                  logicalType: object
                  properties:
                    - name: number
                      logicalType: string
                      customProperties:
                        - property: privacyCategory
                          value: user.contact.phone_number
                        - property: identifier
                          value: phone
                        - property: link
                          value: shared
                        - property: masking
                          value: surrogate
              - name: full_name
                logicalType: string
                customProperties:
                  - property: privacyCategory
                    value: user.name
                  - property: masking
                    value:
                      method: seal
                  - property: onErasure
                    value: clear
              - name: born
                logicalType: date
                customProperties:
                  - property: privacyCategory
                    value: user.demographic.date_of_birth
                  - property: masking
                    value:
                      method: generalize
                      to: year
              - name: notes
                logicalType: object
                customProperties:
                  - property: privacyCategory
                    value: user.content.private
                  - property: masking
                    value: seal
              - name: height
                logicalType: number
                customProperties:
                  - property: privacyCategory
                    value: user.health
                  - property: masking
                    value:
                      method: plain
                      justification: Known to all who look.
              - name: colour
                logicalType: string
                classification: public
        slaProperties:
          - property: retention
            value: 6
            unit: y
            element: people

        """;

    /// <summary>Where the text to be spoiled says that the fault is expected.</summary>
    public const char Mark = '¶';

    public static ContractReader Reader { get; } = new();

    /// <summary>The sample with one text replaced; it must stand there exactly once.</summary>
    public static string With(string old, string replacement)
    {
        var at = Yaml.IndexOf(old, StringComparison.Ordinal);
        at.Should().BeGreaterThanOrEqualTo(0, "the sample holds '{0}'", old);
        Yaml.IndexOf(old, at + 1, StringComparison.Ordinal).Should().Be(-1, "the sample holds '{0}' once", old);
        return Yaml.Replace(old, replacement, StringComparison.Ordinal);
    }

    /// <summary>Takes the mark out of a text.</summary>
    public static (string Yaml, int Line, int Column) Locate(string marked)
    {
        var at = marked.IndexOf(Mark, StringComparison.Ordinal);
        var before = marked[..at];
        return (
            marked.Remove(at, 1),
            before.Count(character => character == '\n') + 1,
            at - (before.LastIndexOf('\n') + 1) + 1
        );
    }
}
