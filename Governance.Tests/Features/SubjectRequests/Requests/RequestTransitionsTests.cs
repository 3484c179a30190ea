using CsCheck;
using Governance.Api.Features.SubjectRequests.Requests;

namespace Governance.Tests.Features.SubjectRequests.Requests;

public sealed class RequestTransitionsTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);
    private static readonly RequestState[] States = Enum.GetValues<RequestState>();

    [Fact]
    public void Move_OfAnySequence_DoesWhatTheTableSaysAndNothingElse() =>
        Gen.Int[0, States.Length - 1]
            .Select(index => States[index])
            .Array[1, 30]
            .Sample(wanted =>
            {
                var request = NewRequest();
                foreach (var to in wanted)
                {
                    var (before, version, lines) = (request.State, request.Version, request.History.Count);
                    if (RequestTransitions.Allows(before, to))
                    {
                        request.Move(to, "somebody", At);
                        request.State.Should().Be(to);
                        request.Version.Should().BeGreaterThan(version);
                        request.History.Should().HaveCount(lines + 1);
                    }
                    else
                    {
                        request
                            .Invoking(one => one.Move(to, "somebody", At))
                            .Should()
                            .Throw<InvalidOperationException>();
                        request.State.Should().Be(before);
                        request.Version.Should().Be(version);
                        request.History.Should().HaveCount(lines);
                    }
                }
            });

    [Fact]
    public void Move_ToAFinalState_ForgetsTheClaims()
    {
        var request = NewRequest();
        request.Claims.Add(new RequestClaim { Domain = "email", Index = new byte[16] });

        request.Move(RequestState.Withdrawn, "somebody", At);

        request.Claims.Should().BeEmpty();
        request.EndedAt.Should().Be(At);
    }

    [Fact]
    public void PossibleIn_OfEveryState_NamesOnlyActsThatTheTableAllows()
    {
        foreach (var state in States)
        {
            foreach (var act in RequestActs.PossibleIn(state))
            {
                RequestState[] next = act switch
                {
                    RequestAct.Verify => [RequestState.Verified],
                    RequestAct.Approve => [RequestState.Planned],
                    RequestAct.Refuse => [RequestState.Refused],
                    _ => [RequestState.Withdrawn],
                };
                next.Should().OnlyContain(to => RequestTransitions.Allows(state, to), state.Name());
            }
        }
    }

    [Fact]
    public void From_OfEveryStateThatIsNotFinal_LeadsToAFinalOne()
    {
        foreach (var state in States)
        {
            var reached = new HashSet<RequestState> { state };
            var open = new Queue<RequestState>([state]);
            while (open.TryDequeue(out var one))
            {
                foreach (var next in RequestTransitions.From(one).Where(reached.Add))
                {
                    open.Enqueue(next);
                }
            }

            reached.Should().Contain(end => end.IsFinal(), state.Name());
        }
    }

    [Theory]
    [InlineData(RequestState.Received, "Possible now: verify, refuse, withdraw.")]
    [InlineData(RequestState.AwaitingApproval, "Possible now: approve, refuse, withdraw.")]
    [InlineData(RequestState.Executing, "no call is possible")]
    [InlineData(RequestState.Completed, "It is final")]
    internal void Refusal_OfAnAct_SaysWhichCallsArePossible(RequestState state, string said) =>
        RequestActs.Refusal(RequestAct.Approve, state).Should().Contain(said);

    [Fact]
    public void Name_OfEveryState_IsReadBack() =>
        States.Should().OnlyContain(state => RequestStates.Parse(state.Name()) == state);

    private static SubjectRequest NewRequest() =>
        new()
        {
            Id = Guid.Parse("0199d8f0-0000-7000-8000-000000000001"),
            Type = "erasure",
            Subject = "customer",
        };
}
