using CsCheck;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;

namespace Governance.Tests.Features.Ledger;

public sealed class ChainCheckTests
{
    private static readonly Row[] Chain = Build(6);

    [Fact]
    public void Add_WholeChain_Holds()
    {
        var check = Walk(Chain);

        check.FirstBreak.Should().BeNull();
        check.Length.Should().Be(6);
        check.HeadHash.Should().Be(Chain[^1].Hash);
    }

    [Fact]
    public void Add_AnyByteOfAnyPayloadFlipped_IsFoundThere()
    {
        Gen.Int[1, 255]
            .Sample(
                mask =>
                {
                    for (var row = 0; row < Chain.Length; row++)
                    {
                        for (var at = 0; at < Chain[row].Payload.Length; at++)
                        {
                            Expect(row, Chain[row] with { Payload = Flip(Chain[row].Payload, at, mask) });
                        }
                    }
                },
                iter: 8,
                threads: 1
            );
    }

    [Fact]
    public void Add_AnyByteOfAnyHashFlipped_IsFoundThere()
    {
        Gen.Int[1, 255]
            .Sample(
                mask =>
                {
                    for (var row = 0; row < Chain.Length; row++)
                    {
                        for (var at = 0; at < Chain[row].Hash.Length; at++)
                        {
                            Expect(row, Chain[row] with { Hash = Flip(Chain[row].Hash, at, mask) });
                        }
                    }
                },
                iter: 20,
                threads: 1
            );
    }

    [Fact]
    public void Add_EntryRewrittenWithItsOwnNewHash_IsFoundAtTheNext()
    {
        var payload = Chain[2].Payload.Replace("person-2", "person-9", StringComparison.Ordinal);
        var rows = Chain.ToArray();
        rows[2] = rows[2] with { Payload = payload, Hash = LedgerPayload.Hash(payload) };

        Walk(rows).FirstBreak!.Sequence.Should().Be(4);
    }

    [Fact]
    public void Add_AnyEntryDeleted_IsFoundThere() =>
        Gen.Int[0, Chain.Length - 2]
            .Sample(gone => Walk(Chain.Where((_, at) => at != gone)).FirstBreak!.Sequence == gone + 1);

    [Fact]
    public void Add_AnyTwoEntriesSwapped_AreFoundAtTheFirst() =>
        Gen.Select(Gen.Int[0, Chain.Length - 1], Gen.Int[0, Chain.Length - 1])
            .Where((one, other) => one < other)
            .Sample(
                (one, other) =>
                {
                    var rows = Chain.ToArray();
                    (rows[one], rows[other]) = (rows[other], rows[one]);
                    var renumbered = rows.Select((row, at) => row with { Sequence = at + 1 });
                    return Walk(rows).FirstBreak!.Sequence == one + 1
                        && Walk(renumbered).FirstBreak!.Sequence == one + 1;
                }
            );

    [Fact]
    public void Add_AnyEntryInserted_IsFoundThere() =>
        Gen.Select(Gen.Int[0, Chain.Length - 1], Gen.Int[0, Chain.Length - 1])
            .Where((copy, at) => copy != at)
            .Sample(
                (copy, at) =>
                {
                    var rows = Chain.ToList();
                    rows.Insert(at, Chain[copy]);
                    var renumbered = rows.Select((row, place) => row with { Sequence = place + 1 });
                    return Walk(rows).FirstBreak!.Sequence == at + 1 && Walk(renumbered).FirstBreak!.Sequence == at + 1;
                }
            );

    [Fact]
    public void Holds_TailCutOff_LosesTheAnchor()
    {
        var anchor = new LedgerAnchor(Chain[^1].Sequence, Chain[^1].Hash);

        Walk(Chain, anchor).Holds(anchor).Should().BeTrue();
        var cut = Walk(Chain[..^1], anchor);
        cut.FirstBreak.Should().BeNull("a shorter chain is a chain");
        cut.Holds(anchor).Should().BeFalse();
    }

    [Fact]
    public void Holds_WholeTailRewritten_LosesTheAnchor()
    {
        var anchor = new LedgerAnchor(4, Chain[3].Hash);
        var rewritten = Walk(Build(6, "someone-else"), anchor);

        rewritten.FirstBreak.Should().BeNull("whoever writes all of it again can make a chain");
        rewritten.Holds(anchor).Should().BeFalse();
    }

    private static void Expect(int row, Row altered)
    {
        var rows = Chain.ToArray();
        rows[row] = altered;
        Walk(rows).FirstBreak!.Sequence.Should().Be(row + 1);
    }

    private static string Flip(string text, int at, int mask)
    {
        var chars = text.ToCharArray();
        chars[at] = (char)(chars[at] ^ mask);
        return new string(chars);
    }

    private static ChainCheck Walk(IEnumerable<Row> rows, LedgerAnchor? watch = null)
    {
        var check = new ChainCheck();
        if (watch is not null)
        {
            check.Watch(watch.Sequence);
        }

        foreach (var row in rows)
        {
            check.Add(row.Sequence, row.Payload, row.Hash);
        }

        return check;
    }

    private static Row[] Build(int length, string person = "person")
    {
        var rows = new List<Row>();
        var previous = LedgerPayload.NoPrevious;
        for (var at = 1; at <= length; at++)
        {
            var fact = new LedgerFact(
                "dpo",
                "test.done",
                $"{person}-{at - 1}/\"é\"",
                new LedgerDetails { { "n", at }, { "x", "y" } }
            );
            var payload = LedgerPayload.Write(at, DateTimeOffset.UnixEpoch.AddDays(at), fact, previous);
            previous = LedgerPayload.Hash(payload);
            rows.Add(new Row(at, payload, previous));
        }

        return [.. rows];
    }

    private sealed record Row(long Sequence, string Payload, string Hash);
}
