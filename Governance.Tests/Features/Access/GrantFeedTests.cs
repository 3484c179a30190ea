using Governance.Api.Features.Access.Follow;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.Access;

/// <summary>The buffer that a grant's readers share.</summary>
public sealed class GrantFeedTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly FollowOptions _options = new() { BufferRows = 10 };

    [Fact]
    public void Read_FromAPlace_GivesWhatCameSince()
    {
        var feed = Feed();
        var place = feed.Next;
        feed.Add(["a", "b", "c"]);

        var first = feed.Read(place, atMost: 2);
        var second = feed.Read(first.Next, atMost: 2);

        first.Rows.Select(row => row.Json).Should().Equal("a", "b");
        second.Rows.Select(row => row.Json).Should().Equal("c");
        feed.Read(second.Next, 2).Rows.Should().BeEmpty();
        feed.ChangedAsync(second.Next).IsCompleted.Should().BeFalse();
    }

    [Fact]
    public void Read_ByAReaderWhoseRowsAreGone_EndsIt()
    {
        var feed = Feed();
        var slow = feed.Next;
        feed.Add([.. Enumerable.Range(0, 11).Select(row => $"{row}")]);

        feed.Read(slow, 100).End.Should().Be(FeedEnd.TooSlow);
        feed.Read(slow + 1, 100).Rows.Should().HaveCount(10, "another one is not too slow");
    }

    [Fact]
    public void Add_BytesBeyondTheBuffer_HoldsTheNewestAlone()
    {
        var feed = Feed(new FollowOptions { BufferBytes = 64 * 1024 });
        var place = feed.Next;
        feed.Add([new string('x', 30_000), new string('y', 30_000)]);

        feed.Read(place, 100).End.Should().Be(FeedEnd.TooSlow);
        feed.Read(place + 1, 100).Rows.Should().ContainSingle();
    }

    [Fact]
    public void Age_RowsOlderThanTheWindow_AreLetGo()
    {
        var feed = Feed();
        var place = feed.Next;
        feed.Add(["old"]);
        _time.Advance(_options.ResumeWindow + TimeSpan.FromSeconds(1));
        feed.Add(["new"]);
        feed.Age();

        feed.Read(place, 100).End.Should().Be(FeedEnd.TooSlow);
        feed.Read(place + 1, 100).Rows.Single().Json.Should().Be("new");
    }

    [Fact]
    public void Forget_WhatWasHeld_IsAGapForWhoHasNotReadIt()
    {
        var feed = Feed();
        var (behind, place) = (feed.Next, feed.Next);
        feed.Add(["a"]);
        place = feed.Read(place, 100).Next;
        feed.Forget();
        feed.Add(["b"]);

        var page = feed.Read(behind, 100);
        page.IsGap.Should().BeTrue();
        feed.Read(page.Next, 100).Rows.Single().Json.Should().Be("b");
        feed.Read(place, 100).IsGap.Should().BeFalse("this reader has had all of it");
    }

    [Fact]
    public void AddGap_ForEveryReader_IsARowWithoutContent()
    {
        var feed = Feed();
        var place = feed.Next;
        feed.AddGap();

        feed.Read(place, 100).Rows.Single().Json.Should().BeNull();
    }

    [Fact]
    public async Task Finish_WakesWhoeverWaits_AndGivesNoRowAnyMore()
    {
        var feed = Feed();
        var place = feed.Next;
        var waiting = feed.ChangedAsync(place);
        feed.Add(["a"]);
        feed.Finish(FeedEnd.Revoked);

        await waiting.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        feed.Read(place, 100).Should().BeEquivalentTo(new FeedPage([], place, IsGap: false, FeedEnd.Revoked));
        feed.Finish(FeedEnd.Closing);
        feed.End.Should().Be(FeedEnd.Revoked, "the first reason counts");
    }

    [Theory]
    [InlineData("abcd1234-1", 2L)]
    [InlineData("abcd1234-2", 3L)]
    [InlineData("abcd1234-3", null)] // to come
    [InlineData("ffffffff-1", null)] // of another run
    [InlineData("abcd1234--1", null)]
    [InlineData("1", null)]
    [InlineData("abcd1234-99999999999999999999", null)]
    public void After_AnId_IsTheNextPlaceOfThisFeedAlone(string id, long? place)
    {
        var feed = Feed();
        feed.Add(["a", "b"]);

        feed.After(id).Should().Be(place);
    }

    private GrantFeed Feed(FollowOptions? options = null) =>
        new(Guid.Empty, "dataset", "abcd1234", options ?? _options, _time);
}
