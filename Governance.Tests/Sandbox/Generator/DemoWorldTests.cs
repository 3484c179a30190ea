using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Avro;
using Avro.Generic;
using Avro.IO;
using Governance.Api.Sandbox.Generator;
using Microsoft.Extensions.Time.Testing;
using PhoneNumbers;

namespace Governance.Tests.Sandbox.Generator;

public sealed class DemoWorldTests
{
    private static readonly DateTimeOffset End = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DemoSchemas Schemas = DemoSchemas.Load();
    private static readonly DemoWorld World = new(new DemoSettings(42, 200, 30, End), Schemas);

    [Fact]
    public void History_SameSettings_SameBytesInSameOrder()
    {
        var settings = new DemoSettings(7, 40, 5, End);

        Digest(new DemoWorld(settings, Schemas).History).Should().Be(Digest(new DemoWorld(settings, Schemas).History));
        Digest(new DemoWorld(settings with { Seed = 8 }, Schemas).History)
            .Should()
            .NotBe(Digest(new DemoWorld(settings, Schemas).History));
    }

    [Fact]
    public void Live_SameSession_SameEvents_OtherSession_NoIdTwice()
    {
        var clock = new FakeTimeProvider(End);
        var one = World.Live(1, clock).Take(3000).ToArray();

        Digest(World.Live(1, clock).Take(3000)).Should().Be(Digest(one));
        var other = World.Live(2, clock).Take(3000).ToArray();
        foreach (var topic in (string[])[DemoTopics.Addresses, DemoTopics.Accounts, DemoTopics.Meters])
        {
            var keys = World
                .History.Concat(one)
                .Concat(other)
                .Where(e => e.Topic == topic)
                .Select(e => e.Key)
                .ToArray();
            keys.Should().OnlyHaveUniqueItems();
        }

        one.Where(e => e.Topic == DemoTopics.Customers).Should().NotBeEmpty();
    }

    [Fact]
    public void History_EveryEvent_DecodesToWhatWasWritten()
    {
        foreach (var happening in World.History)
        {
            var bytes = AvroWire.Encode(0x01020304, happening.Value);
            bytes[..5].Should().Equal(0, 1, 2, 3, 4);
            using var body = new MemoryStream(bytes, 5, bytes.Length - 5);
            var schema = Schemas[happening.Topic];
            var read = new GenericDatumReader<GenericRecord>(schema, schema).Read(null!, new BinaryDecoder(body));
            body.Position.Should().Be(body.Length);
            AvroWire.Encode(0x01020304, read).Should().Equal(bytes);
        }
    }

    [Fact]
    public void History_ByDefault_IsBetween5And10ThousandAndSmallEnoughForTheBroker()
    {
        World.History.Count.Should().BeInRange(5_000, 10_000);
        World.History.Select(e => e.Topic).Distinct().Should().BeEquivalentTo(Schemas.Texts.Keys);
        World
            .History.GroupBy(e => (e.Topic, e.Partition))
            .Select(group => group.Sum(e => AvroWire.Encode(1, e.Value).Length + e.Key.Length + 100))
            .Max()
            .Should()
            .BeLessThan(2_000_000);
        World.History.Select(e => e.Partition).Distinct().Should().BeEquivalentTo([0, 1, 2, 3]);
        World.History.Select(e => e.Time).Should().BeInAscendingOrder();
        World.History[^1].Time.Should().BeBefore(End.AddHours(12));
        World.History[0].Time.Should().BeOnOrAfter(End.AddDays(-30));
    }

    [Fact]
    public void History_References_PointAtWhatCameBefore()
    {
        var seen = new HashSet<(string, string)>();
        foreach (var happening in World.History)
        {
            (string Topic, string Field)? needs = happening.Topic switch
            {
                DemoTopics.Customers => (DemoTopics.Addresses, "address_id"),
                DemoTopics.Accounts => (DemoTopics.Customers, "customer_id"),
                DemoTopics.Meters or DemoTopics.Payments => (DemoTopics.Accounts, "account_number"),
                DemoTopics.MeterReadings => (DemoTopics.Meters, "mpan"),
                DemoTopics.SupportMessages => (DemoTopics.Customers, "customer_id"),
                _ => null,
            };
            if (needs is { } need)
            {
                seen.Should().Contain((need.Topic, (string)happening.Value[need.Field]));
            }

            seen.Add((happening.Topic, happening.Key));
        }
    }

    [Fact]
    public void History_People_ShareHomesAndPhonesAndChangeTheirEmail()
    {
        var customers = Of(DemoTopics.Customers).ToArray();
        var homes = customers
            .GroupBy(c => (string)c["address_id"], c => (string)c["customer_id"])
            .Select(home => home.Distinct().Count());
        var phones = customers
            .SelectMany(c => ((object[])c["phones"]).Select(p => (Number: E164((GenericRecord)p), Record: c)))
            .GroupBy(p => p.Number);
        var emails = customers.GroupBy(c => (string)c["customer_id"], c => (string)c["email"]).ToArray();

        homes.Count(people => people > 1).Should().BeGreaterThan(20);
        phones
            .Count(p =>
                p.Select(x => (string)x.Record["customer_id"]).Distinct().Count() > 1
                && p.Select(x => (string)x.Record["address_id"]).Distinct().Count() > 1
            )
            .Should()
            .BeGreaterThan(3, "people of different homes share a number, too");
        emails.Count(e => e.Distinct().Count() == 2).Should().BeGreaterThan(10);
        emails
            .SelectMany(e => e.Distinct())
            .Select(e => e.ToLowerInvariant())
            .Should()
            .OnlyHaveUniqueItems("nobody takes another's e-mail");
    }

    [Fact]
    public void History_FreeText_NamesItsWriterAndOthers()
    {
        var people = World.People.ToDictionary(person => person.CustomerId);
        var messages = Of(DemoTopics.SupportMessages).ToArray();
        var own = messages.Count(m =>
            ((string)m["body"]).Contains(people[(string)m["customer_id"]].FullName, StringComparison.Ordinal)
        );
        var others = messages.Count(m =>
            World.People.Any(p =>
                p.CustomerId != (string)m["customer_id"]
                && ((string)m["body"]).Contains(p.FullName, StringComparison.Ordinal)
            )
        );

        own.Should().BeGreaterThan(10);
        others.Should().BeGreaterThan(10);
        messages
            .Select(m => (string)m["body"])
            .Should()
            .Contain(b => b.Contains('@'))
            .And.Contain(b => b.Contains("0770"));
        messages
            .Select(m => m["agent_note"])
            .Select(note => note?.GetType())
            .Distinct()
            .Should()
            .BeEquivalentTo([null, typeof(string), typeof(GenericRecord)]);
    }

    [Fact]
    public void History_EveryBranchOfEveryUnionAndSymbol_Occurs()
    {
        var branches = new HashSet<string>(StringComparer.Ordinal);
        foreach (var happening in World.History)
        {
            Walk(happening.Topic, Schemas[happening.Topic], happening.Value, branches);
        }

        branches
            .Should()
            .Contain([
                "customers.national_insurance_number:null",
                "customers.national_insurance_number:String",
                "customers.national_insurance_number:Int64",
                "customers.name.title:null",
                "customers.name.title:String",
                "addresses.geo:null",
                "addresses.geo:GenericRecord",
                "payments.card_last4:null",
                "payments.card_last4:String",
            ]);
        World.People.Should().Contain(p => p.FullName.Any(c => c > 127));
        World.People.Should().Contain(p => p.FullName.Contains('\u0308'), "an accent of its own, not composed");
    }

    [Fact]
    public void History_Mpan_PassesItsCheckDigit()
    {
        // Elexon: twelve digits weighted by primes, modulo 11, modulo 10.
        int[] primes = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];
        foreach (var mpan in World.Meters.Select(meter => meter.Mpan))
        {
            mpan.Should().MatchRegex("^[0-9]{13}$");
            (mpan.Take(12).Select((digit, i) => (digit - '0') * primes[i]).Sum() % 11 % 10).Should().Be(mpan[12] - '0');
        }
    }

    [Fact]
    public void History_Iban_PassesItsCheckDigits()
    {
        foreach (var iban in World.Meters.Select(meter => meter.Account.Iban))
        {
            iban.Should().MatchRegex("^GB[0-9]{2}[A-Z]{4}[0-9]{14}$");
            var digits = string.Concat(
                (iban[4..] + iban[..4]).Select(c => char.IsDigit(c) ? $"{c}" : $"{c - 'A' + 10}")
            );
            (BigInteger.Parse(digits, CultureInfo.InvariantCulture) % 97).Should().Be(BigInteger.One);
        }
    }

    private static IEnumerable<GenericRecord> Of(string topic) =>
        World.History.Where(e => e.Topic == topic).Select(e => e.Value);

    private static string E164(GenericRecord phone)
    {
        var util = PhoneNumberUtil.GetInstance();
        var number = util.Parse((string)phone["number"], "GB");
        util.IsPossibleNumber(number).Should().BeTrue();
        return util.Format(number, PhoneNumberFormat.E164);
    }

    private static void Walk(string path, RecordSchema schema, GenericRecord record, HashSet<string> branches)
    {
        foreach (var field in schema.Fields)
        {
            var value = record.GetValue(field.Pos);
            var here = $"{path}.{field.Name}";
            if (field.Schema is UnionSchema)
            {
                branches.Add($"{here}:{value?.GetType().Name ?? "null"}");
            }
            else if (value is GenericRecord inner)
            {
                Walk(here, (RecordSchema)field.Schema, inner, branches);
            }
        }
    }

    private static string Digest(IEnumerable<DemoEvent> events)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var happening in events)
        {
            hash.AppendData(
                Encoding.UTF8.GetBytes(
                    $"{happening.Topic}/{happening.Key}/{happening.Partition}/{happening.Time.Ticks}"
                )
            );
            hash.AppendData(AvroWire.Encode(1, happening.Value));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
