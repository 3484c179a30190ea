// What a producer does with the package Governance.Masking: mask JSON, mask what goes to Kafka, and see a value again, audited.
using System.Text;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Governance.Masking;
using Governance.Masking.Kafka;
using Governance.Masking.Revealing;
using MaskingProducer;
using Microsoft.Extensions.DependencyInjection;

var contracts = Path.Combine(AppContext.BaseDirectory, "contracts");
var data = args is [var folder] ? folder : ".governance";

// 1. Without dependency injection. Keys and vault are made at first use, in files of mode 0600.
var options = new MaskerOptions
{
    Contracts = { contracts },
    KeyFolder = Path.Combine(data, "keys"),
    VaultFile = Path.Combine(data, "vault.db"),
};
string email;
await using (var masker = await Masker.CreateAsync(options))
{
    var plain = """{"email":"ada@example.com","name":"Ada Lovelace","born":"1815-12-10","plan":"basic"}"""u8;
    var masked = await masker.MaskJsonAsync("signups", plain.ToArray());
    Console.WriteLine($"json   {Encoding.UTF8.GetString(masked.Span)}");
    email = JsonDocument.Parse(masked).RootElement.GetProperty("email").GetString()!;

    try
    {
        await masker.MaskJsonAsync("signups", """{"email":"ada@example.com","shoe_size":36}"""u8.ToArray());
    }
    catch (UnmaskableRecordException exception)
    {
        // Never the value, and never the plain record instead.
        Console.WriteLine($"refuse {exception.Message}");
    }

    // 2. A Kafka producer: the masker and one more line. The broker and the registry of this sample are in this process.
    var registry = new MemoryRegistry();
    var config = new ProducerConfig();
    config.Set("test.mock.num.brokers", "1");
    using var producer = new ProducerBuilder<string?, GenericRecord>(config)
        .SetLogHandler((_, _) => { })
        .SetKeySerializer(new MaskingKeySerializer(masker, "signups", "email"))
        .SetValueSerializer(
            new MaskingSerializer<GenericRecord>(new PlainSerializer(registry), masker, registry, "signups")
        )
        .Build();
    var sent = await producer.ProduceAsync(
        "signups",
        new Message<string?, GenericRecord>
        {
            Key = "ada@example.com",
            Value = SignUp.Of("ada@example.com", "Ada Lovelace"),
        }
    );
    Console.WriteLine(
        $"kafka  {sent.Status}, under {(await registry.GetLatestAsync("signups-value", default)).Subject}"
    );
}

// 3. With dependency injection; and the one way back, which wants to be told who asks, and for what.
await using var services = new ServiceCollection()
    .AddSingleton<IRevealAudit, PrintedAudit>()
    .AddGovernanceMasking(masking =>
    {
        masking.Contracts.Add(contracts);
        masking.KeyFolder = Path.Combine(data, "keys");
        masking.VaultFile = Path.Combine(data, "vault.db");
    })
    .BuildServiceProvider();
var records = await services
    .GetRequiredService<IMasker>()
    .MaskJsonAsync("signups", [Encoding.UTF8.GetBytes("""{"email":"ADA@example.com","plan":"plus"}""")]);
Console.WriteLine($"batch  {Encoding.UTF8.GetString(records[0].Bytes.Span)}");

var revealed = await services
    .GetRequiredService<Reveal>()
    .RevealAsync(new RevealRequest("signups", "email", [new MaskedValue(email)], "support.ticket-4711", "officer-1"));
Console.WriteLine($"reveal {revealed[0].Plain}");
