using System.Globalization;
using System.Numerics;
using System.Text;
using Avro;
using Avro.Generic;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Writes the demo's world as Avro records.</summary>
internal sealed class DemoRecords(DemoSchemas schemas)
{
    public DemoEvent Customer(DemoPerson person, string language, DateTimeOffset time)
    {
        var schema = schemas[DemoTopics.Customers];
        var record = new GenericRecord(schema);
        var name = new GenericRecord((RecordSchema)schema["name"].Schema);
        name.Add("title", person.Title);
        name.Add("given", person.Given);
        name.Add("family", person.Family);
        record.Add("customer_id", person.CustomerId);
        record.Add("name", name);
        record.Add("email", person.Email);
        record.Add("phones", person.Phones.Select(phone => Phone(schema, phone)).ToArray<object>());
        record.Add("date_of_birth", Date(person.Born));
        record.Add("address_id", person.Address.AddressId);
        record.Add("preferences", Preferences(person, language));
        record.Add("segment", Symbol(schema["segment"].Schema, person.Segment));
        record.Add("national_insurance_number", person.NationalInsurance);
        record.Add("created_at", person.Since.UtcDateTime);
        return new DemoEvent(DemoTopics.Customers, person.CustomerId, record, time);
    }

    public DemoEvent Address(DemoAddress address, DateTimeOffset time)
    {
        var schema = schemas[DemoTopics.Addresses];
        var record = new GenericRecord(schema);
        record.Add("address_id", address.AddressId);
        record.Add("lines", address.Lines.ToArray<object>());
        record.Add("city", address.Place.City);
        record.Add("postcode", address.Postcode);
        record.Add("uprn", address.Uprn);
        GenericRecord? point = null;
        if (address.Geo is { } geo)
        {
            point = new GenericRecord((RecordSchema)((UnionSchema)schema["geo"].Schema)[1]);
            point.Add("lat", geo.Lat);
            point.Add("lon", geo.Lon);
        }

        record.Add("geo", point);
        record.Add("country", Symbol(schema["country"].Schema, address.Place.Country));
        return new DemoEvent(DemoTopics.Addresses, address.AddressId, record, time);
    }

    public DemoEvent Account(DemoAccount account, DateTimeOffset time)
    {
        var schema = schemas[DemoTopics.Accounts];
        var record = new GenericRecord(schema);
        record.Add("account_number", account.AccountNumber);
        record.Add("customer_id", account.Holder.CustomerId);
        record.Add("iban", account.Iban);
        record.Add("balance", Money(account.BalancePence));
        record.Add("tariff", Symbol(schema["tariff"].Schema, account.Tariff));
        record.Add("opened_on", Date(account.Opened));
        return new DemoEvent(DemoTopics.Accounts, account.AccountNumber, record, time);
    }

    public DemoEvent Meter(DemoMeter meter, DateTimeOffset time)
    {
        var schema = schemas[DemoTopics.Meters];
        var record = new GenericRecord(schema);
        record.Add("mpan", meter.Mpan);
        record.Add("account_number", meter.Account.AccountNumber);
        record.Add("address_id", meter.Account.Holder.Address.AddressId);
        record.Add(
            "serial",
            new GenericFixed((FixedSchema)schema["serial"].Schema, Encoding.ASCII.GetBytes(meter.Serial))
        );
        record.Add("installed_on", Date(meter.Installed));
        return new DemoEvent(DemoTopics.Meters, meter.Mpan, record, time);
    }

    /// <summary>A reading.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="wattHours">What it shows: by day, and by night for a meter that tells them apart.</param>
    /// <param name="quality">How it was read.</param>
    /// <param name="time">When.</param>
    public DemoEvent Reading(DemoMeter meter, long[] wattHours, string quality, DateTimeOffset time)
    {
        var schema = schemas[DemoTopics.MeterReadings];
        var register = (RecordSchema)((ArraySchema)schema["registers"].Schema).ItemSchema;
        var record = new GenericRecord(schema);
        record.Add("mpan", meter.Mpan);
        record.Add("read_at", time.UtcDateTime);
        record.Add("kwh", new AvroDecimal(new BigInteger(wattHours.Sum()), 3));
        record.Add("registers", wattHours.Select(Register).ToArray<object>());
        record.Add("quality", Symbol(schema["quality"].Schema, quality));
        record.Add(
            "raw",
            Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"/{meter.Serial}\n1.8.0({wattHours.Sum()}*Wh)!")
            )
        );
        return new DemoEvent(DemoTopics.MeterReadings, meter.Mpan, record, time);

        GenericRecord Register(long value, int index)
        {
            var item = new GenericRecord(register);
            item.Add(
                "name",
                wattHours.Length == 1 ? "TOTAL"
                    : index == 0 ? "DAY"
                    : "NIGHT"
            );
            item.Add("value", value);
            return item;
        }
    }

    public DemoEvent Payment(
        Guid id,
        DemoAccount account,
        long pence,
        string method,
        string payer,
        string? card,
        DateTimeOffset time
    )
    {
        var schema = schemas[DemoTopics.Payments];
        var record = new GenericRecord(schema);
        record.Add("payment_id", id);
        record.Add("account_number", account.AccountNumber);
        record.Add("amount", Money(pence));
        record.Add("paid_at", time.UtcDateTime);
        record.Add("method", Symbol(schema["method"].Schema, method));
        record.Add("payer_name", payer);
        record.Add("card_last4", card);
        return new DemoEvent(DemoTopics.Payments, id.ToString(), record, time);
    }

    /// <summary>A message.</summary>
    /// <param name="id">The message's id.</param>
    /// <param name="writer">Who wrote.</param>
    /// <param name="channel">How it came.</param>
    /// <param name="body">The text.</param>
    /// <param name="note">Nothing, a text, or an author and a text.</param>
    /// <param name="time">When.</param>
    public DemoEvent Message(Guid id, DemoPerson writer, string channel, string body, object? note, DateTimeOffset time)
    {
        var schema = schemas[DemoTopics.SupportMessages];
        if (note is (string author, string text))
        {
            var signed = new GenericRecord((RecordSchema)((UnionSchema)schema["agent_note"].Schema)[2]);
            signed.Add("author", author);
            signed.Add("text", text);
            note = signed;
        }

        var record = new GenericRecord(schema);
        record.Add("message_id", id);
        record.Add("customer_id", writer.CustomerId);
        record.Add("channel", Symbol(schema["channel"].Schema, channel));
        record.Add("sent_at", time.UtcDateTime);
        record.Add("body", body);
        record.Add("agent_note", note);
        return new DemoEvent(DemoTopics.SupportMessages, id.ToString(), record, time);
    }

    public DemoEvent Consent(string email, IReadOnlyDictionary<string, bool> consents, DateTimeOffset time)
    {
        var record = new GenericRecord(schemas[DemoTopics.MarketingConsents]);
        record.Add("email", email);
        record.Add(
            "consents",
            consents.ToDictionary(pair => pair.Key, pair => (object)pair.Value, StringComparer.Ordinal)
        );
        record.Add("updated_at", time.UtcDateTime);
        return new DemoEvent(DemoTopics.MarketingConsents, email, record, time);
    }

    private static GenericRecord Phone(RecordSchema customer, DemoPhone phone)
    {
        var schema = (RecordSchema)((ArraySchema)customer["phones"].Schema).ItemSchema;
        var record = new GenericRecord(schema);
        record.Add("kind", Symbol(schema["kind"].Schema, phone.Kind));
        record.Add("number", phone.Number);
        return record;
    }

    private static Dictionary<string, object> Preferences(DemoPerson person, string language) =>
        new(StringComparer.Ordinal)
        {
            ["language"] = language,
            ["contact_channel"] = person.Phones.Count > 1 ? "phone" : "email",
            ["paperless"] = person.Phones.Count > 1 ? "no" : "yes",
        };

    private static GenericEnum Symbol(Schema schema, string symbol) => new((EnumSchema)schema, symbol);

    private static DateTime Date(DateOnly date) => date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private static AvroDecimal Money(long pence) => new(new BigInteger(pence), 2);
}
