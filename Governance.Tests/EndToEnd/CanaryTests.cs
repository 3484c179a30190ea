using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Avro;
using Confluent.Kafka;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using Governance.Tests.Avro;
using Governance.Tests.Features.OpenDsr;
using Governance.Tests.Features.Recipients;
using Governance.Tests.Support;
using Governance.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Governance.Tests.EndToEnd;

/// <summary>
/// Marker values go through every personal field of every dataset, through sinking, quarantine, asking, failing on purpose and
/// erasing. Afterwards every byte that the service left behind or answered is searched for them. This test grows with each feature.
/// </summary>
public sealed class CanaryTests
{
    // It goes to the warehouse and to a masked topic.
    private const string Delivered = "customers";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Find_TextInAnyForm_IsFound()
    {
        // The search itself must be able to find: every form, at every alignment, inside other bytes.
        foreach (var (form, bytes) in ByteSearch.FormsOf(CanaryMarkers.Email))
        {
            ByteSearch.Find([CanaryMarkers.Email], "bytes", [1, 2, 3, .. bytes, 4]).Should().NotBeEmpty(form);
        }

        for (var shift = 0; shift < 6; shift++)
        {
            var encoded = Convert.ToBase64String([
                .. new byte[shift],
                .. Encoding.UTF8.GetBytes(CanaryMarkers.Email),
                9,
                9,
            ]);
            ByteSearch.Find([CanaryMarkers.Email], "base64", Encoding.ASCII.GetBytes(encoded)).Should().NotBeEmpty();
        }
    }

    [Fact]
    public async Task WholeSystem_MarkersThroughEveryField_NoneIsLeftBehind()
    {
        using var folder = new TemporaryFolder();
        var markers = new CanaryMarkers();
        var answers = new AnswerLog();
        IReadOnlyCollection<string> logs;
        string output;
        using var certificate = new TemporaryFolder();
        await using var recipient = await WebhookReceiver.StartAsync();

        // Whatever an operator who looks for a fault may turn on.
        string[] settings =
        [
            .. IssuedCertificate.Settings(IssuedCertificate.Write(certificate)),
            "--Governance:Recipients:Webhooks:0:Name=mailing-house",
            $"--Governance:Recipients:Webhooks:0:Url={recipient.Url}",
            $"--Governance:Recipients:Webhooks:0:Secret={RecipientWorld.Secret}",
            "--Governance:Recipients:Topics:0:Name=crm",
            "--Governance:Recipients:Topics:0:Topic=told",
            "--Logging:LogLevel:Default=Trace",
            "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore.Http=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel=Trace",
            // How hard a passphrase is to guess is not what is tried here.
            "--Governance:SubjectRequests:PassphraseWorkFactor=12",
            "--Governance:Follow:MaxPerPerson=50",
            "--Governance:Telemetry:CountInterval=00:00:00.5",
        ];
        var spans = new ConcurrentSpans();
        await using (
            var host = await SandboxHost.StartAsync(
                settings,
                builder =>
                    builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(spans)),
                dataDirectory: folder.Path
            )
        )
        {
            var catalog = host.Services.GetRequiredService<IContractCatalogSource>();
            await DeliverToATopicAsync(host);
            await ProduceAsync(host, catalog.Current, markers);
            await EventuallyAsync(async () =>
                (await RowsAsync(host)).All(table => table.Rows > 0) && (await RowsAsync(host)).Count == 8
            );
            await EventuallyAsync(async () =>
                (await host.Services.GetRequiredService<IQuarantine>().CountAsync(None)).Sum(count => count.Events) >= 3
            );
            (await TablesAsTextAsync(host, catalog.Current))
                .Should()
                .AllSatisfy(table => Search(markers, table.Name, table.Text));

            await GrantAsync(host, answers);
            await FollowAsync(host, catalog.Current, markers, answers);
            await AskEverythingAsync(host, answers);
            var surrogate = await RevealedAsync(host, answers);
            await FailOnPurposeAsync(host, answers);
            await ExportAsync(host, markers, answers);
            await LimitAsync(host, answers);
            await EraseAsync(host, answers);
            (await RevealAsync(host, surrogate)).Should().Be(("erased", null));
            await EventuallyAsync(() => Task.FromResult(!recipient.Calls.IsEmpty));
            answers.AddRange(
                recipient.Calls.Select(call =>
                    ("a webhook", Encoding.UTF8.GetBytes($"{string.Join('\n', call.Headers)}\n{call.Body}"))
                )
            );
            await SubmitAtTheEdgesAsync(host, answers);
            await AskEverythingAsync(host, answers);
            await TakeEvidenceAsync(host, answers);

            spans.All.Should().Contain(span => span.DisplayName == "governance.stream.batch");
            spans.All.Should().Contain(span => span.DisplayName == "GET /datasets/{name}");
            answers.Add(("the spans", Encoding.UTF8.GetBytes(spans.Text)));
            await ReadMaskedTopicAsync(host, answers);
            logs = host.Logs;
            output = host.Output;
        }

        // What was typed into a request is not an answer: the log holds answers alone.
        answers.Should().NotBeEmpty();
        markers.MustNotBeFound.Count.Should().BeGreaterThan(20);
        var found = Directory
            .EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .SelectMany(file => ByteSearch.Find(markers.MustNotBeFound, file, File.ReadAllBytes(file)))
            .Concat(
                ByteSearch.Find(markers.MustNotBeFound, "the logs", Encoding.UTF8.GetBytes(string.Join('\n', logs)))
            )
            .Concat(ByteSearch.Find(markers.MustNotBeFound, "the output", Encoding.UTF8.GetBytes(output)))
            .Concat(
                answers.SelectMany(answer => ByteSearch.Find(markers.MustNotBeFound, answer.Request, answer.Bytes))
            );
        found.Should().BeEmpty();
    }

    private static void Search(CanaryMarkers markers, string name, string text) =>
        ByteSearch.Find(markers.MustNotBeFound, name, Encoding.UTF8.GetBytes(text)).Should().BeEmpty();

    private static async Task ProduceAsync(SandboxHost host, ContractCatalog catalog, CanaryMarkers markers)
    {
        var registry = host.Services.GetRequiredService<ISchemaRegistry>();
        using var producer = new ProducerBuilder<string, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers,
            }
        ).Build();
        foreach (var dataset in catalog.Datasets)
        {
            var text = await File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "schemas", $"{dataset.Name}.avsc"));
            var schema = (RecordSchema)Schema.Parse(text);
            var id = await registry.RegisterAsync($"{dataset.Topic}-value", text, None);
            var body = EverythingRecords.Write(markers.Record(dataset, schema));
            await SendAsync(producer, dataset.Topic, [0, .. BigEndian(id), .. body]);

            // The same markers in events that cannot be masked: cut short, of no known schema, not in the wire format.
            await SendAsync(producer, dataset.Topic, [0, .. BigEndian(id), .. body[..^1]]);
            await SendAsync(producer, dataset.Topic, [0, .. BigEndian(999_999), .. body]);
            await SendAsync(producer, dataset.Topic, [7, .. body]);
        }
    }

    private static Task SendAsync(IProducer<string, byte[]> producer, string topic, byte[] value) =>
        producer.ProduceAsync(
            topic,
            new Message<string, byte[]>
            {
                Key = CanaryMarkers.CustomerId,
                Value = value,
                // A name that no contract knows goes nowhere but into quarantine; what is classified may go to a masked topic.
                Headers =
                    topic == Delivered
                        ?
                        [
                            new Header("X-Mail", Encoding.UTF8.GetBytes(CanaryMarkers.Email)),
                            new Header("x-debug", Encoding.UTF8.GetBytes($"{CanaryMarkers.CustomerId} was here")),
                            new Header("trace", "00-canary"u8.ToArray()),
                        ]
                        : [new Header(CanaryMarkers.AccountNumber, Encoding.UTF8.GetBytes(CanaryMarkers.Email))],
            },
            None
        );

    private static async Task DeliverToATopicAsync(SandboxHost host)
    {
        const string anchor = "      - property: onErasure\n";
        const string delivery =
            "{ to: [warehouse, topic], key: customer_id, headers: [ { name: x-mail, identifier: email, link: owns }, { name: x-debug, drop: true } ] }";
        var file = Repository.PathOf("ops", "demo", "contracts", $"{Delivered}.odcs.yaml");
        var yaml = (await File.ReadAllTextAsync(file))
            .Replace("version: 1.0.0", "version: 1.1.0", StringComparison.Ordinal)
            .Replace(
                anchor,
                $"      - property: delivery\n        value: {delivery}\n{anchor}",
                StringComparison.Ordinal
            );
        using var client = new ServiceClient(host.Address);
        using var response = await client.PutYamlAsync("owner", $"contracts/{Delivered}", yaml);
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
    }

    // Keys, headers and values, as any consumer gets them.
    private static async Task ReadMaskedTopicAsync(SandboxHost host, AnswerLog answers)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers,
                GroupId = "canary",
            }
        ).Build();
        consumer.Assign(
            Enumerable
                .Range(0, 4)
                .Select(partition => new TopicPartitionOffset($"{Delivered}.masked", partition, Offset.Beginning))
        );
        var found = 0;
        await EventuallyAsync(() =>
        {
            while (consumer.Consume(TimeSpan.FromMilliseconds(500)) is { } message)
            {
                found++;
                answers.Add(
                    (
                        "the masked topic",
                        [
                            .. message.Message.Key ?? [],
                            .. message.Message.Value ?? [],
                            .. message.Message.Headers.SelectMany(header =>
                                (byte[])[.. Encoding.UTF8.GetBytes(header.Key), .. header.GetValueBytes() ?? []]
                            ),
                        ]
                    )
                );
                message.Message.Headers.Select(header => header.Key).Should().Equal("X-Mail", "trace");
            }

            return Task.FromResult(found > 0);
        });
    }

    private static async Task AskEverythingAsync(SandboxHost host, AnswerLog answers)
    {
        string[] paths =
        [
            "health/ready",
            "contracts",
            "contracts/customers",
            "datasets",
            "datasets/customers",
            "streams",
            "streams/findings",
            "metrics",
            "quarantine",
            "subject-requests",
            "ledger",
            "ledger/verify",
            "openapi/v1.json",
            "registry/subjects",
            "sandbox/rows/customers?limit=100",
            "sandbox/rows/support_messages?limit=100",
            "policies",
            "access-requests",
            "grants",
            "grant-findings",
            "reports/subject-requests?from=2020-01-01&to=2999-12-31",
            "v2/discovery",
            $"v2/requests/{AnswerLog.Controllers}",
            .. answers.Grants.Select(id => $"grants/{id}"),
            .. answers.Grants.Select(id => $"grants/{id}/explain"),
            .. answers.Requests.Select(id => $"subject-requests/{id}"),
            .. answers.Requests.Select(id => $"subject-requests/{id}/receipt"),
        ];
        foreach (var person in new[] { "dpo", "analyst", "owner", "pipeline", "auditor", "admin" })
        {
            using var client = await host.ClientFor(person);
            foreach (var path in paths)
            {
                await answers.AddAsync(await client.GetAsync(path));
            }
        }
    }

    // Whatever the policies let an analyst see of any dataset is asked for, shown before, queried, and looked at by everybody.
    private static async Task GrantAsync(SandboxHost host, AnswerLog answers)
    {
        using var analyst = await host.ClientFor("analyst");
        using var owner = await host.ClientFor("owner");
        using var dpo = await host.ClientFor("dpo");
        foreach (var dataset in host.Services.GetRequiredService<IContractCatalogSource>().Current.Datasets)
        {
            var body = new
            {
                dataset = dataset.Name,
                purpose = "support",
                duration = "1h",
            };
            await answers.AddAsync(await analyst.PostAsJsonAsync("access-requests/preview", body));
            var asked = await analyst.PostAsJsonAsync("access-requests", body);
            await answers.AddAsync(asked);
            var request = await asked.Content.ReadFromJsonAsync<JsonElement>();
            if (
                request.TryGetProperty("id", out var id)
                && request.GetProperty("grantId").ValueKind is JsonValueKind.Null
            )
            {
                foreach (var approver in (HttpClient[])[owner, dpo])
                {
                    var approved = await approver.PostAsync($"access-requests/{id.GetString()}/approve", null);
                    await answers.AddAsync(approved);
                    request = await approved.Content.ReadFromJsonAsync<JsonElement>();
                }
            }
        }

        var grants = await analyst.GetFromJsonAsync<JsonElement>("grants");
        foreach (var grant in grants.GetProperty("grants").EnumerateArray())
        {
            grant.GetProperty("state").GetString().Should().Be("verified", grant.GetRawText());
            answers.Grants.Add(grant.GetProperty("id").GetString()!);
            var view = grant.GetProperty("view").GetString();
            foreach (
                var sql in (string[])[$"SELECT * FROM {view}", $"SELECT '{CanaryMarkers.Email}', nosuch FROM {view}"]
            )
            {
                await answers.AddAsync(await analyst.PostAsJsonAsync("query", new { sql }));
            }
        }

        answers.Grants.Should().HaveCountGreaterThan(4);
    }

    // The same person's events once more, while every grant is followed: what comes is searched to the byte.
    private static async Task FollowAsync(
        SandboxHost host,
        ContractCatalog catalog,
        CanaryMarkers markers,
        AnswerLog answers
    )
    {
        using var analyst = await host.ClientFor("analyst");
        var streams = new List<EventStream>();
        foreach (var id in answers.Grants)
        {
            streams.Add(await EventStream.OpenAsync(analyst, $"grants/{id}/events", CanaryMarkers.Email));
        }

        await ProduceAsync(host, catalog, markers);
        await EventuallyAsync(() =>
            Task.FromResult(
                streams.Count(stream =>
                    Encoding.UTF8.GetString(stream.Bytes).Contains("\ndata: {", StringComparison.Ordinal)
                    && Encoding.UTF8.GetString(stream.Bytes).Contains("id: ", StringComparison.Ordinal)
                ) > 3
            )
        );
        foreach (var (stream, id) in streams.Zip(answers.Grants))
        {
            answers.Add(($"the stream of {id}", stream.Bytes));
            await stream.DisposeAsync();
        }
    }

    /// <summary>Reveals one value; this answer is the one place where a marker belongs. Then tries what is refused.</summary>
    private static async Task<string> RevealedAsync(SandboxHost host, AnswerLog answers)
    {
        using var owner = await host.ClientFor("owner");
        var rows = await owner.GetFromJsonAsync<JsonElement>("sandbox/rows/customers");
        var surrogate = rows.GetProperty("rows")[0].GetProperty("email").GetString()!;
        (await RevealAsync(host, surrogate)).Should().Be(("revealed", CanaryMarkers.Email));

        using var analyst = await host.ClientFor("analyst");
        string[] bodies =
        [
            $$"""{"dataset":"{{CanaryMarkers.Email}}","column":"email","values":["{{CanaryMarkers.Email}}"],"purpose":"support"}""",
            $$"""{"dataset":"customers","column":"{{CanaryMarkers.Email}}","values":["{{surrogate}}"],"purpose":"support"}""",
            $$"""{"dataset":"customers","column":"email","values":["{{surrogate}}"],"purpose":"{{CanaryMarkers.CustomerId}}"}""",
            $$"""{"dataset":"customers","column":"email","values":["{{surrogate}}"],"purpose":"support","reason":"{{CanaryMarkers.Email}}"}""",
            $$"""{"dataset":"customers","column":"email","values":["{{surrogate}}"],"subjects":["{{CanaryMarkers.Email}}"],"purpose":"support"}""",
            $$"""{"dataset":"customers","column":"email","{{CanaryMarkers.CustomerId}}":["{{surrogate}}"],"purpose":"support"}""",
            $$"""{"dataset":"customers","column":"phones[].number","values":["{{CanaryMarkers.Phone}}"],"purpose":"support"}""",
            $$"""{"dataset":"customers","column":"email","values":["{{CanaryMarkers.Email}}"],"purpose":"support"}""",
        ];
        foreach (var body in bodies)
        {
            var answer = await analyst.PostAsync("reveal", new StringContent(body, Encoding.UTF8, "application/json"));
            answer.IsSuccessStatusCode.Should().Be(bodies.TakeLast(2).Contains(body, StringComparer.Ordinal), body);
            await answers.AddAsync(answer);
        }

        return surrogate;
    }

    private static async Task<(string? State, string? Value)> RevealAsync(SandboxHost host, string surrogate)
    {
        using var analyst = await host.ClientFor("analyst");
        using var response = await analyst.PostAsJsonAsync(
            "reveal",
            new
            {
                dataset = "customers",
                column = "email",
                values = new[] { surrogate },
                purpose = "support",
            }
        );
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue(text);
        var value = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("values")[0];
        return (
            value.GetProperty("state").GetString(),
            value.TryGetProperty("value", out var plain) ? plain.GetString() : null
        );
    }

    private static async Task FailOnPurposeAsync(SandboxHost host, AnswerLog answers)
    {
        using var dpo = await host.ClientFor("dpo");
        using var owner = await host.ClientFor("owner");
        using var pipeline = await host.ClientFor("pipeline");
        string[] bodies =
        [
            $$"""{"type":"erasure","subject":"customer","claims":[{"domain":"{{CanaryMarkers.Email}}","value":"x"}]}""",
            $$"""{"type":"{{CanaryMarkers.CustomerId}}","subject":"customer","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}]}""",
            $$"""{"type":"erasure","subject":"customer","claims":"{{CanaryMarkers.Email}}"}""",
            $$"""{"type":"erasure","subject":"customer","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}""",
            $$"""{"type":"erasure","subject":"customer","{{CanaryMarkers.CustomerId}}":1,"claims":[]}""",
            $$"""{"type":"rectification","subject":"customer","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}]}""",
            $$"""{"type":"access","subject":"customer","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}],"encryptTo":{"passphrase":"zqx9007"} }""",
            $$"""{"type":"access","subject":"customer","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}],"encryptTo":{"publicKey":"{{CanaryMarkers.AccountNumber}}"} }""",
            $$"""{"type":"objection","subject":"customer","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}],"purposes":["{{CanaryMarkers.CustomerId}}"]}""",
            $$"""{"type":"erasure","subject":"customer","receivedAt":"{{CanaryMarkers.CustomerId}}","claims":[{"domain":"email","value":"{{CanaryMarkers.Email}}"}]}""",
        ];
        foreach (var body in bodies)
        {
            var answer = await dpo.PostAsync(
                "subject-requests",
                new StringContent(body, Encoding.UTF8, "application/json")
            );
            ((int)answer.StatusCode).Should().BeGreaterThanOrEqualTo(400).And.BeLessThan(500);
            await answers.AddAsync(answer);
        }

        await answers.AddAsync(await dpo.GetAsync($"datasets/{CanaryMarkers.CustomerId}"));
        await answers.AddAsync(await dpo.GetAsync($"subject-requests/{CanaryMarkers.CustomerId}"));
        await answers.AddAsync(await dpo.GetAsync($"nowhere/{CanaryMarkers.Email}?q={CanaryMarkers.Phone}"));
        await answers.AddAsync(
            await owner.PutAsync(
                "contracts/customers",
                new StringContent($"{CanaryMarkers.Email}: [", Encoding.UTF8, "application/yaml")
            )
        );
        await answers.AddAsync(
            await pipeline.PostAsJsonAsync("quarantine/replay", new { topic = CanaryMarkers.CustomerId })
        );
        await answers.AddAsync(await pipeline.PostAsync("quarantine/replay", null));
        using var analyst = await host.ClientFor("analyst");
        string[] questions =
        [
            $$"""{"dataset":"{{CanaryMarkers.Email}}","purpose":"{{CanaryMarkers.Phone}}","duration":"1h"}""",
            $$"""{"dataset":"customers","purpose":"support","duration":"{{CanaryMarkers.Email}}"}""",
            $$"""{"dataset":"customers","{{CanaryMarkers.CustomerId}}":"support","duration":"1h"}""",
        ];
        foreach (var question in questions)
        {
            await answers.AddAsync(
                await analyst.PostAsync(
                    "access-requests",
                    new StringContent(question, Encoding.UTF8, "application/json")
                )
            );
        }
    }

    // A file of requests and OpenDSR, good and bad. The answer to a good one of OpenDSR echoes its request, as it must; all others are searched.
    private static async Task SubmitAtTheEdgesAsync(SandboxHost host, AnswerLog answers)
    {
        using var pipeline = await host.ClientFor("pipeline");
        string[] files =
        [
            $"""
                reference,type,subject,domain,value,receivedAt,channel
                {CanaryMarkers.CustomerId},erasure,customer,email,{CanaryMarkers.Email},,
                {CanaryMarkers.CustomerId},erasure,customer,customer_id,{CanaryMarkers.CustomerId},,
                ,{CanaryMarkers.Email},customer,email,{CanaryMarkers.Email},,
                ,erasure,{CanaryMarkers.CustomerId},email,{CanaryMarkers.Email},,
                ,erasure,customer,{CanaryMarkers.Phone},{CanaryMarkers.Email},,
                ,erasure,customer,email,{CanaryMarkers.Email},{CanaryMarkers.Phone},
                ,erasure,customer,email,{CanaryMarkers.Email},,{CanaryMarkers.AccountNumber}!
                ,erasure,customer,email,{CanaryMarkers.Email}"x",,
                {CanaryMarkers.CustomerId},erasure,customer,email,{CanaryMarkers.Email},,
                """,
            $"{CanaryMarkers.Email},{CanaryMarkers.CustomerId}\n",
        ];
        foreach (var file in files)
        {
            await answers.AddAsync(
                await pipeline.PostAsync("subject-requests/bulk", new StringContent(file, Encoding.UTF8, "text/csv"))
            );
        }

        var good = $$"""
            {"regulation":"gdpr","subject_request_id":"{{AnswerLog.Controllers}}","subject_request_type":"erasure",
            "submitted_time":"2026-03-02T15:00:00Z",
            "subject_identities":[{"identity_type":"email","identity_value":"{{CanaryMarkers.Email}}","identity_format":"raw"}]}
            """;
        foreach (
            var part in new[] { "gdpr", AnswerLog.Controllers, "\"erasure", "2026-03-02", "\"email", "\"raw", "}" }
        )
        {
            var bad = good.Replace(part, $"{part}{CanaryMarkers.CustomerId}", StringComparison.Ordinal);
            var answer = await pipeline.PostAsync(
                "v2/requests",
                new StringContent(bad, Encoding.UTF8, "application/json")
            );
            ((int)answer.StatusCode).Should().Be(400, bad);
            await answers.AddAsync(answer);
        }

        var taken = await pipeline.PostAsync("v2/requests", new StringContent(good, Encoding.UTF8, "application/json"));
        ((int)taken.StatusCode).Should().Be(201);
    }

    // What is packed would not be found: it is searched unpacked.
    private static async Task TakeEvidenceAsync(SandboxHost host, AnswerLog answers)
    {
        using var auditor = await host.ClientFor("auditor");
        await using var zip = new ZipArchive(
            await auditor.GetStreamAsync("evidence?from=2020-01-01&to=2999-12-31", None)
        );
        zip.Entries.Count.Should().BeGreaterThan(8);
        foreach (var entry in zip.Entries)
        {
            await using var stream = await entry.OpenAsync(None);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, None);
            answers.Add(($"evidence {entry.FullName}", copy.ToArray()));
        }
    }

    // The archive is for the person alone: their markers are in it, and nowhere else, not even in the encrypted file.
    private static async Task ExportAsync(SandboxHost host, CanaryMarkers markers, AnswerLog answers)
    {
        foreach (var type in (string[])["access", "portability"])
        {
            var id = await CarryOutAsync(host, answers, type, new { passphrase = CanaryMarkers.Passphrase });
            using var dpo = await host.ClientFor("dpo");
            using var auditor = await host.ClientFor("auditor");
            var refused = await auditor.GetAsync($"subject-requests/{id}/export");
            ((int)refused.StatusCode).Should().Be(403);
            await answers.AddAsync(refused);
            var download = await dpo.GetAsync($"subject-requests/{id}/export");
            download.IsSuccessStatusCode.Should().BeTrue(await download.Content.ReadAsStringAsync());
            await answers.AddAsync(download);
            var files = await AgeTool.UnpackAsync(
                await download.Content.ReadAsByteArrayAsync(),
                CanaryMarkers.Passphrase
            );

            var everything = string.Join('\n', files.Values);
            everything
                .Should()
                .ContainAll(
                    CanaryMarkers.CustomerId,
                    CanaryMarkers.Email,
                    CanaryMarkers.Phone,
                    CanaryMarkers.AccountNumber,
                    CanaryMarkers.Mpan,
                    CanaryMarkers.AddressId
                );
            // Sealed values and tokens, too; those that nothing turns back are not there to be found.
            markers
                .MustNotBeFound.Count(marker => everything.Contains(marker, StringComparison.Ordinal))
                .Should()
                .BeGreaterThan(15);
            files.ContainsKey("index.html").Should().Be(type == "access");
        }
    }

    private static async Task LimitAsync(SandboxHost host, AnswerLog answers)
    {
        var id = await CarryOutAsync(host, answers, "restriction");
        using var dpo = await host.ClientFor("dpo");
        var request = await dpo.GetFromJsonAsync<JsonElement>($"subject-requests/{id}");
        request
            .GetProperty("limit")
            .GetProperty("shownBefore")
            .GetInt64()
            .Should()
            .BeGreaterThan(4, request.GetRawText());
        await answers.AddAsync(await dpo.PostAsJsonAsync($"subject-requests/{id}/lift", new { reason = "canary" }));
    }

    private static Task EraseAsync(SandboxHost host, AnswerLog answers) => CarryOutAsync(host, answers, "erasure");

    private static async Task<string> CarryOutAsync(
        SandboxHost host,
        AnswerLog answers,
        string type,
        object? encryptTo = null
    )
    {
        using var dpo = await host.ClientFor("dpo");
        var submitted = await dpo.PostAsJsonAsync(
            "subject-requests",
            new
            {
                type,
                subject = "customer",
                claims = new[] { new { domain = "email", value = CanaryMarkers.Email } },
                encryptTo,
            }
        );
        await answers.AddAsync(submitted);
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        answers.Requests.Add(id);
        foreach (var act in new[] { "verify", "approve" })
        {
            var acted = await dpo.PostAsJsonAsync($"subject-requests/{id}/{act}", new { reason = "canary" });
            await answers.AddAsync(acted);
            acted.IsSuccessStatusCode.Should().BeTrue(await acted.Content.ReadAsStringAsync());
        }

        await EventuallyAsync(async () =>
            (await dpo.GetFromJsonAsync<JsonElement>($"subject-requests/{id}"))
                .GetProperty("state")
                .GetString()
                ?.StartsWith("completed", StringComparison.Ordinal) == true
        );
        return id;
    }

    private static Task<IReadOnlyList<TableState>> RowsAsync(SandboxHost host) =>
        host.Services.GetRequiredService<IWarehouse>().DescribeAsync(None);

    private static async Task<IReadOnlyList<(string Name, string Text)>> TablesAsTextAsync(
        SandboxHost host,
        ContractCatalog catalog
    )
    {
        // The file may be compressed: the tables' content is searched as text as well.
        var warehouse = host.Services.GetRequiredService<IWarehouse>();
        var tables = new List<(string, string)>();
        foreach (var dataset in catalog.Datasets)
        {
            tables.Add((dataset.Name, string.Join('\n', await warehouse.ReadNewestAsync(dataset, 1_000, None))));
        }

        return tables;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(200, limit.Token);
        }
    }

    private static byte[] BigEndian(int value) =>
        [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private sealed class AnswerLog : List<(string Request, byte[] Bytes)>
    {
        /// <summary>A controller's own id of a request.</summary>
        public const string Controllers = "a7551968-d5d6-44b2-9831-815ac9017798";

        public List<string> Requests { get; } = [];

        public List<string> Grants { get; } = [];

        public async Task AddAsync(HttpResponseMessage answer)
        {
            var headers = Encoding.UTF8.GetBytes(answer.Headers.ToString());
            var path = answer.RequestMessage!.RequestUri!.AbsolutePath;
            Add(
                (
                    $"{answer.RequestMessage.Method} {path} {(int)answer.StatusCode}",
                    [.. headers, .. await answer.Content.ReadAsByteArrayAsync()]
                )
            );
        }
    }
}
