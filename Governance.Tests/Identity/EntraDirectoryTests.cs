using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Governance.Api.Identity;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Tests.Identity;

/// <summary>Sign-in by a directory with its own keys and discovery: whose tokens are believed, and what policies are told of their people.</summary>
public sealed class EntraDirectoryTests : IAsyncLifetime
{
    private static readonly string[] NoGroups = [];
    private DirectoryStandIn _directory = null!;
    private SandboxHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _directory = await DirectoryStandIn.StartAsync();
        _host = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _directory.DisposeAsync();
    }

    [Fact]
    public async Task Token_OfTheDirectory_IsBelievedWithItsRolesAndGroups()
    {
        var who = await WhoAsync(
            _directory.Token(
                new Dictionary<string, object?>
                {
                    ["roles"] = new[] { Roles.Analyst, Roles.Auditor },
                    ["groups"] = new[] { DirectoryStandIn.GroupTwo },
                }
            )
        );

        who.Id.Should().Be("22222222-0000-4000-8000-000000000001");
        who.Roles.Should().Equal(Roles.Analyst, Roles.Auditor);
        who.Groups.Should().Equal(DirectoryStandIn.GroupTwo);
        who.Fault.Should().BeNull();
        _directory.GroupsAsked.Should().Be(0, "the token says them");
    }

    [Fact]
    public async Task Token_OfSomebodyElseOrSomethingElse_IsRefused()
    {
        using var other = RSA.Create(2048);
        var tokens = new Dictionary<string, string>
        {
            ["another issuer"] = _directory.Token(issuer: "https://login.example.com/v2.0"),
            ["another tenant's issuer"] = _directory.Token(
                issuer: $"https://login.microsoftonline.com/{Guid.Empty}/v2.0"
            ),
            ["another tenant"] = _directory.Token(
                new Dictionary<string, object?> { ["tid"] = Guid.Empty.ToString() },
                issuer: $"https://login.microsoftonline.com/{Guid.Empty}/v2.0"
            ),
            ["another audience"] = _directory.Token(audience: "00000003-0000-0000-c000-000000000000"),
            ["ended"] = _directory.Token(expires: TimeProvider.System.GetUtcNow().AddMinutes(-10)),
            ["another key"] = _directory.Token(
                signing: new SigningCredentials(DirectoryStandIn.NewKey(), SecurityAlgorithms.RsaSha256)
            ),
            ["another key by the same name"] = _directory.Token(
                signing: new SigningCredentials(
                    new RsaSecurityKey(other) { KeyId = _directory.Key.KeyId },
                    SecurityAlgorithms.RsaSha256
                )
            ),
            ["the public key as a secret"] = _directory.Token(
                signing: new SigningCredentials(
                    new SymmetricSecurityKey(_directory.Key.Rsa.ExportSubjectPublicKeyInfo())
                    {
                        KeyId = _directory.Key.KeyId,
                    },
                    SecurityAlgorithms.HmacSha256
                )
            ),
            ["no signature"] = Unsigned(_directory.Token()),
            ["changed"] = Changed(_directory.Token()),
        };

        foreach (var (what, token) in tokens)
        {
            using var client = _host.ClientWith(token);
            using var response = await client.GetAsync("who");
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized, what);
            (await response.Content.ReadAsStringAsync()).Should().MatchRegex("token_(invalid|expired)", what);
        }
    }

    [Fact]
    public async Task Token_WithoutARole_IsTold403WithTheRole()
    {
        using var client = _host.ClientWith(_directory.Token(new Dictionary<string, object?> { ["roles"] = null }));
        using var response = await client.GetAsync("datasets");

        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "role_missing");
    }

    [Fact]
    public async Task Key_RolledOver_IsFoundByDiscovery()
    {
        await WhoAsync(_directory.Token());
        var old = _directory.Token();

        _directory.RollKeyOver();

        var fresh = _directory.Token();
        await Wait.UntilAsync(
            async () =>
            {
                using var client = _host.ClientWith(fresh);
                using var response = await client.GetAsync("who");
                return response.IsSuccessStatusCode;
            },
            () => "the new key was fetched"
        );
        (await WhoAsync(old)).Roles.Should().Equal([Roles.Analyst], "both keys are published");
    }

    [Fact]
    public async Task Groups_LeftOutOfTheToken_AreHadFromGraphOnceForAWhile()
    {
        foreach (var claims in Overages())
        {
            claims["oid"] = Guid.NewGuid().ToString();
            var token = _directory.Token(claims);
            var before = _directory.GroupsAsked;

            var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WhoAsync(token)));

            var what = JsonSerializer.Serialize(claims);
            all.Should()
                .AllSatisfy(who =>
                    who.Groups.Should().Equal([DirectoryStandIn.GroupOne, DirectoryStandIn.GroupTwo], what)
                );
            all.Should().AllSatisfy(who => who.Fault.Should().BeNull());
            _directory.GroupsAsked.Should().Be(before + 1, what);
            _directory
                .Asked.Last(path => path.EndsWith("/getMemberGroups", StringComparison.Ordinal))
                .Should()
                .Be(
                    $"/graph.microsoft.com/v1.0/{(claims.ContainsKey("idtyp") ? "servicePrincipals" : "users")}/{claims["oid"]}/getMemberGroups"
                );
        }

        _directory.Asked.Should().NotContain(path => path.Contains("evil", StringComparison.Ordinal));
        _directory
            .Asked.Count(path => path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal))
            .Should()
            .Be(1, "this service's own token is kept as long as it holds");
    }

    [Fact]
    public async Task Groups_AfterTheirTime_AreAskedAgainAndNeverStale()
    {
        await using var host = await StartAsync("--Governance:Directory:GroupsLifetime=00:00:01");
        var token = _directory.Token(Overages()[0]);
        (await WhoAsync(token, host)).Groups.Should().HaveCount(2);
        _directory.Groups = (_, _) => Task.FromResult(Results.Json(new { value = NoGroups }));

        await Wait.UntilAsync(async () => (await WhoAsync(token, host)).Groups.Length == 0, () => "asked again");
        (await WhoAsync(token, host)).Fault.Should().BeNull();

        _directory.Groups = (_, _) => Task.FromResult(Results.StatusCode(503));
        await Wait.UntilAsync(async () => (await WhoAsync(token, host)).Fault is not null, () => "no more believed");
    }

    [Fact]
    public async Task Groups_OfAnotherPerson_AreTheirOwn()
    {
        var (ann, bob) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        _directory.Groups = (who, _) =>
            Task.FromResult(
                Results.Json(
                    new
                    {
                        value = new[]
                        {
                            who.EndsWith(ann, StringComparison.Ordinal)
                                ? DirectoryStandIn.GroupOne
                                : DirectoryStandIn.GroupTwo,
                        },
                    }
                )
            );

        foreach (var (id, group) in new[] { (ann, DirectoryStandIn.GroupOne), (bob, DirectoryStandIn.GroupTwo) })
        {
            var claims = Overages()[0];
            claims["oid"] = id;
            (await WhoAsync(_directory.Token(claims))).Groups.Should().Equal(group);
        }
    }

    [Theory]
    [InlineData("status 500", "unavailable")]
    [InlineData("status 429", "unavailable")]
    [InlineData("status 403", "refused")]
    [InlineData("status 401", "refused")]
    [InlineData("status 404", "unavailable")]
    [InlineData("too many", "too_many")]
    [InlineData("no json", "unavailable")]
    [InlineData("no list", "unavailable")]
    [InlineData("no ids", "unavailable")]
    [InlineData("half a list", "unavailable")]
    [InlineData("huge", "unavailable")]
    [InlineData("slow", "unavailable")]
    [InlineData("no token", "refused")]
    public async Task Groups_NotToBeHad_AreNoneAndTheRefusalSaysWhy(string what, string fault)
    {
        _directory.KnowsTheService = what != "no token";
        _directory.Groups = async (_, context) =>
        {
            switch (what)
            {
                case "too many":
                    return Results.Json(
                        new { error = new { code = "Directory_ResultSizeLimitExceeded", message = "…" } },
                        statusCode: 400
                    );
                case "no json":
                    return Results.Text("<html>");
                case "no list":
                    return Results.Json(new { value = new { a = 1 } });
                case "no ids":
                    return Results.Json(new { value = new[] { DirectoryStandIn.GroupOne, "administrators" } });
                case "half a list":
                    return Results.Text(
                        $$"""{"value":["{{DirectoryStandIn.GroupOne}}"],"@odata.nextLink":"https://evil.example/"}""",
                        "application/json"
                    );
                case "huge":
                    return Results.Text(
                        $$"""{"value":[{{string.Join(',', Enumerable.Repeat($"\"{DirectoryStandIn.GroupOne}\"", 40_000))}}]}""",
                        "application/json"
                    );
                case "slow":
                    await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
                    return Results.Json(new { value = new[] { DirectoryStandIn.GroupOne } });
                default:
                    return Results.StatusCode(
                        int.Parse(what.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)
                    );
            }
        };
        await using var host = await StartAsync("--Governance:Directory:GroupsTimeLimit=00:00:01.5");
        var token = _directory.Token(Overages()[0]);

        var who = await WhoAsync(token, host);

        who.Groups.Should().BeEmpty();
        who.Fault.Should().Be(fault);
        using var client = host.ClientWith(token);
        using var refused = await client.GetAsync("ledger");
        var problem = await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "role_missing");
        problem.GetProperty("detail").GetString().Should().Contain("the directory could not be asked");
        host.Logs.Should().Contain(entry => entry.Contains("gave none", StringComparison.Ordinal));
        using var content = new StringContent("""{"sql":"SELECT 1"}""", System.Text.Encoding.UTF8, "application/json");
        using var query = await client.PostAsync("query", content);
        var nothing = await query.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "nothing_granted");
        nothing.GetProperty("detail").GetString().Should().Contain("you count as a member of none");
    }

    [Fact]
    public async Task Groups_WithoutCredentials_AreNoneAndTheRefusalNamesTheSetting()
    {
        await using var host = await _directory.HostAsync([], Who);
        var token = _directory.Token(Overages()[0]);

        (await WhoAsync(token, host)).Fault.Should().Be("not_configured");
        using var client = host.ClientWith(token);
        using var refused = await client.GetAsync("ledger");
        (await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "role_missing"))
            .GetProperty("next")
            .GetString()
            .Should()
            .Contain("AzureAd:ClientCredentials");
    }

    [Fact]
    public async Task Fault_InAToken_IsNotBelieved()
    {
        var who = await WhoAsync(
            _directory.Token(new Dictionary<string, object?> { [GroupOverage.FaultClaim] = "refused" })
        );

        who.Fault.Should().BeNull();
    }

    // As Entra writes them for people, for the implicit flow, and for programs; the address in them is one that must not be followed.
    private static Dictionary<string, object?>[] Overages()
    {
        var names = new Dictionary<string, string> { ["groups"] = "src1" };
        var sources = new Dictionary<string, object>
        {
            ["src1"] = new Dictionary<string, string> { ["endpoint"] = "https://evil.example/getMemberObjects" },
        };
        return
        [
            new() { ["_claim_names"] = names, ["_claim_sources"] = sources },
            new() { ["hasgroups"] = true },
            new() { ["hasgroups"] = "true" },
            new()
            {
                ["_claim_names"] = names,
                ["_claim_sources"] = sources,
                ["idtyp"] = "app",
            },
        ];
    }

    private static string Unsigned(string token)
    {
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        return $"{header}.{token.Split('.')[1]}.";
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("analyst", "auditor", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }

    private static void Who(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/who",
                (Actor actor) =>
                    new
                    {
                        actor.Id,
                        roles = PolicySubjects.Of(actor).Roles,
                        groups = PolicySubjects.Of(actor).Groups,
                        fault = actor.GroupsFault,
                    }
            )
            .RequireSignedIn();

    private Task<SandboxHost> StartAsync(params string[] settings) =>
        _directory.HostAsync([$"--AzureAd:ClientSecret={DirectoryStandIn.Secret}", .. settings], Who);

    private async Task<Told> WhoAsync(string token, SandboxHost? host = null)
    {
        using var client = (host ?? _host).ClientWith(token);
        using var response = await client.GetAsync("who");
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<Told>(text, JsonSerializerOptions.Web)!;
    }

    private sealed record Told(string Id, string[] Roles, string[] Groups, string? Fault);
}
