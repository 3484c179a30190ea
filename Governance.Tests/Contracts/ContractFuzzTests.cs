using CsCheck;
using Governance.Masking.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Contracts;

/// <summary>Whatever a contract holds, reading it gives a contract or faults, and never an exception.</summary>
public sealed class ContractFuzzTests
{
    private static readonly string[] Pieces =
    [
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "? ",
        "&a ",
        "*a",
        "!!int ",
        "!x ",
        "|\n",
        ">\n",
        "'",
        "\"",
        "#",
        "\t",
        "\n",
        "\0",
        "---\n",
        "...\n",
        "%TAG ! x\n",
        "<<: ",
        "null",
        "true",
        "0x1F",
        ".nan",
        "1e999",
        "-1",
        "~",
        "\ud83d",
        "\u2028",
        "é",
        "customProperties: ",
        "properties: ",
        "items: ",
        "value: ",
        "masking",
        "method: ",
        "schema: ",
        "99999999999999999999",
    ];

    private static readonly Gen<Func<string, string>> Mutation = Gen.OneOf(
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 40])
            .Select<(int At, int Length), Func<string, string>>(cut =>
                text =>
                    text.Length == 0
                        ? text
                        : text.Remove(cut.At % text.Length, Math.Min(cut.Length, text.Length - (cut.At % text.Length)))
            ),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.OneOf(Pieces))
            .Select<(int At, string Piece), Func<string, string>>(put =>
                text => text.Insert(put.At % (text.Length + 1), put.Piece)
            ),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue])
            .Select<(int From, int To), Func<string, string>>(move =>
                text =>
                {
                    var lines = text.Split('\n').ToList();
                    var line = lines[move.From % lines.Count];
                    lines.Insert(move.To % lines.Count, line);
                    return string.Join('\n', lines);
                }
            ),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.OneOf(Pieces))
            .Select<(int At, string Piece), Func<string, string>>(change =>
                text =>
                {
                    var lines = text.Split('\n');
                    var line = change.At % lines.Length;
                    var colon = lines[line].IndexOf(": ", StringComparison.Ordinal);
                    lines[line] = colon < 0 ? lines[line] + change.Piece : lines[line][..(colon + 2)] + change.Piece;
                    return string.Join('\n', lines);
                }
            )
    );

    [Fact]
    public void Read_MutatedContract_NeverThrows() =>
        Mutation
            .Array[1, 6]
            .Sample(
                mutations => CheckReading(mutations.Aggregate(Sample.Yaml, (text, mutate) => mutate(text))),
                iter: 500
            );

    [Fact]
    public void Read_AnyText_NeverThrows() => Gen.String.Sample(CheckReading, iter: 500);

    [Fact]
    public void Read_PiecesOfYaml_NeverThrows() =>
        Gen.OneOf(Pieces).Array[0, 60].Sample(pieces => CheckReading(string.Concat(pieces)), iter: 500);

    [Fact]
    public void Read_TruncatedContract_NeverThrows()
    {
        var yaml = File.ReadAllText(Repository.PathOf("ops", "demo", "contracts", "customers.odcs.yaml"));
        for (var length = 0; length < yaml.Length; length += 41)
        {
            CheckReading(yaml[..length]);
        }
    }

    private static void CheckReading(string yaml)
    {
        var reading = Sample.Reader.Read(yaml, "fuzz.yaml");

        // Plain conditions: a fluent assertion for each of a hundred thousand faults would be most of the run.
        if ((reading.Contract is null) != (reading.Faults.Count > 0))
        {
            Assert.Fail("A reading is a contract, or faults.");
        }

        var unplaced = reading.Faults.FirstOrDefault(fault =>
            fault.Line < 1 || fault.Column < 1 || fault.Message.Contains('\n', StringComparison.Ordinal)
        );
        Assert.Null(unplaced);
    }
}
