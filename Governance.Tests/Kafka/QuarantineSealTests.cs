using Governance.Masking.Kafka;
using Governance.Masking.Keys;

namespace Governance.Tests.Kafka;

/// <summary>What is kept of an event that could not be masked.</summary>
public sealed class QuarantineSealTests
{
    [Fact]
    public void Open_WhatWasSealed_GivesTheWholeEvent()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var source = new SourceEvent("notes", 3, 42, DateTimeOffset.UnixEpoch, "value"u8.ToArray())
        {
            Key = "key"u8.ToArray(),
            Headers =
            [
                new SourceHeader("a", "1"u8.ToArray()),
                new SourceHeader("b", null),
                new SourceHeader("a", ""u8.ToArray()),
            ],
        };

        var opened = QuarantineSeal.Open(keys, QuarantineSeal.Seal(keys, source), "notes", 3, 42, source.Time)!;

        opened.Value.ToArray().Should().Equal("value"u8.ToArray());
        opened.Key!.Value.ToArray().Should().Equal("key"u8.ToArray());
        opened
            .Headers!.Select(header => (header.Name, header.Value?.Length))
            .Should()
            .Equal(("a", 1), ("b", null), ("a", 0));
    }

    [Fact]
    public void Open_AnEventWithoutKeyAndHeaders_HasNone()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var source = new SourceEvent("notes", 0, 1, DateTimeOffset.UnixEpoch, "v"u8.ToArray());

        var opened = QuarantineSeal.Open(keys, QuarantineSeal.Seal(keys, source), "notes", 0, 1, source.Time)!;

        opened.Key.Should().BeNull();
        opened.Headers.Should().BeEmpty();
    }

    [Fact]
    public void Open_WhatAnOlderVersionSealed_GivesItsValue()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var old = keys.SealQuarantine("value"u8, "notes", 3, 42);

        var opened = QuarantineSeal.Open(keys, old, "notes", 3, 42, DateTimeOffset.UnixEpoch)!;

        opened.Value.ToArray().Should().Equal("value"u8.ToArray());
        opened.Key.Should().BeNull();
    }

    [Fact]
    public void Open_FromElsewhere_GivesNothing()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var kept = QuarantineSeal.Seal(keys, new SourceEvent("notes", 3, 42, default, "value"u8.ToArray()));

        QuarantineSeal.Open(keys, kept, "notes", 3, 43, default).Should().BeNull();
        QuarantineSeal.Open(keys, [], "notes", 3, 42, default).Should().BeNull();
    }

    [Fact]
    public void ToString_OfAnEvent_TellsNothingOfWhatItHolds() =>
        new SourceEvent("notes", 3, 42, default, "value"u8.ToArray()).ToString().Should().Be("notes[3]@42");
}
