using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Tests.Support;

namespace Governance.Tests.Methods;

public sealed class DateShiftMethodTests : IDisposable
{
    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();

    [Theory]
    [InlineData(ScalarKind.Date, "1984-07-23", "")]
    [InlineData(ScalarKind.Timestamp, "2024-02-29T13:14:15.123456Z", "T13:14:15.123456Z")]
    [InlineData(ScalarKind.LocalTimestamp, "2024-02-29T13:14:15.123456", "T13:14:15.123456")]
    [InlineData(ScalarKind.Text, "2024-02-29", "")]
    [InlineData(ScalarKind.Text, "2024-02-29 08:15", " 08:15")]
    [InlineData(ScalarKind.Text, "2024-02-29T08:15:30.5+01:00", "T08:15:30.5+01:00")]
    [InlineData(ScalarKind.Text, "2024-02-29T08:15:30-0530", "T08:15:30-0530")]
    public void Mask_Date_MovesItAndKeepsTypeAndTimeOfDay(ScalarKind kind, string value, string rest)
    {
        var masker = Maskers.Compile("dateshift", _keys, kind);
        masker.Output.Should().Be(new ScalarType(kind));
        var masked = masker.Mask(value, Maskers.Subject(_keys));
        var moved = Day(masked) - Day(value);
        moved.Should().NotBe(0).And.BeInRange(-182, 182);
        masked[10..].Should().Be(rest);
    }

    [Fact]
    public void Mask_OfOneSubject_KeepsIntervalsAcrossColumnsAndTypes()
    {
        var subject = Maskers.Subject(_keys);
        var dates = Maskers.Compile("dateshift", _keys, ScalarKind.Date);
        var texts = Maskers.Compile(
            "dateshift",
            _keys,
            ScalarKind.Text,
            Maskers.Column("user.health", path: "seen_at")
        );
        var day = Gen.Int[new DateOnly(2, 1, 1).DayNumber, new DateOnly(9998, 12, 31).DayNumber];
        Gen.Select(day, day)
            .Sample(
                (first, second) =>
                    Day(dates.Mask(Text(first), subject)) - Day(texts.Mask(Text(second), subject)) == first - second
            );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    public void Mask_OfManySubjects_TakesEveryShiftButNone(int days)
    {
        var masker = Maskers.Compile($"dateshift;days={days}", _keys, ScalarKind.Date);
        var shifts = Enumerable
            .Range(1, 60 * days)
            .Select(number => Day(masker.Mask("2000-01-01", Maskers.Subject(_keys, (ulong)number))))
            .Select(day => day - new DateOnly(2000, 1, 1).DayNumber)
            .ToArray();

        // Of 2n shifts, 30 draws each: one that is never drawn has a chance of 60 in 10^13.
        shifts.Distinct().Order().Should().Equal(Enumerable.Range(-days, (2 * days) + 1).Where(shift => shift != 0));
    }

    [Fact]
    public void Mask_WithOtherDays_IsAnotherShift()
    {
        var subjects = Enumerable.Range(1, 40).Select(number => Maskers.Subject(_keys, (ulong)number)).ToArray();
        var near = Maskers.Compile("dateshift;days=100", _keys, ScalarKind.Date);
        var far = Maskers.Compile("dateshift;days=200", _keys, ScalarKind.Date);
        subjects.Should().Contain(subject => near.Mask("2000-01-01", subject) != far.Mask("2000-01-01", subject));
    }

    [Theory]
    [InlineData(ScalarKind.Date, "0001-01-01")]
    [InlineData(ScalarKind.Date, "9999-12-31")]
    public void Mask_AtTheEndsOfTheCalendar_IsRefusedOrInIt(ScalarKind kind, string value)
    {
        var masker = Maskers.Compile("dateshift", _keys, kind);
        var refused = 0;
        for (var number = 1UL; number <= 50; number++)
        {
            try
            {
                var masked = masker.Mask(value, Maskers.Subject(_keys, number));
                DateOnly
                    .TryParseExact(masked, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                    .Should()
                    .BeTrue();
            }
            catch (UnmaskableValueException exception)
            {
                exception.Code.Should().Be("value_out_of_range");
                exception.Message.Should().NotContain(value);
                refused++;
            }
        }

        refused.Should().BeInRange(1, 49);
    }

    [Theory]
    [InlineData("")]
    [InlineData("23/07/1984")]
    [InlineData("1984-7-23")]
    [InlineData("1984-02-30")]
    [InlineData("1984-13-01")]
    [InlineData("0000-01-01")]
    [InlineData("10000-01-01")]
    [InlineData("1984-07-23 Ada Lovelace")]
    [InlineData("1984-07-23T")]
    [InlineData("1984-07-23T25:00")]
    [InlineData("1984-07-23T08:15:61")]
    [InlineData("1984-07-23T08:15:30.")]
    [InlineData("1984-07-23T08:15+1")]
    [InlineData("1984-07-23T08:15ZZ")]
    public void Mask_TextThatIsNoDate_IsRefusedWithoutItsValue(string value)
    {
        var mask = () => Maskers.Compile("dateshift", _keys).Mask(value, Maskers.Subject(_keys));
        var thrown = mask.Should().Throw<UnmaskableValueException>().Which;
        thrown.Code.Should().Be("value_not_a_date");
        if (value.Length > 0)
        {
            thrown.Message.Should().NotContain(value);
        }
    }

    [Fact]
    public void IsTime_WhatTheFrameworkWrites_IsTaken()
    {
        Gen.Select(
                Gen.DateTime,
                Gen.OneOf(Gen.Const("O"), Gen.Const("yyyy-MM-ddTHH:mm:ssZ"), Gen.Const("yyyy-MM-dd HH:mm"))
            )
            .Sample(
                (time, format) =>
                {
                    var zoned = new DateTimeOffset(
                        DateTime.SpecifyKind(time, DateTimeKind.Unspecified),
                        TimeSpan.Zero
                    ).ToString(format, CultureInfo.InvariantCulture);
                    return IsoDate.IsTime(Encoding.UTF8.GetBytes(zoned[10..]))
                        && IsoDate.TryRead(Encoding.UTF8.GetBytes(zoned), out var date)
                        && date == DateOnly.FromDateTime(time);
                }
            );
    }

    [Fact]
    public void Compile_WithoutSubject_SaysWhatToDo()
    {
        var compile = () => Maskers.Compile("dateshift", _keys, ScalarKind.Date, subjectDomain: "");
        compile.Should().Throw<MaskingRuleException>().WithMessage("value: *subject*under*");
    }

    [Fact]
    public void Derive_OfKeyAndLabel_IsTheSameOfThemAlone()
    {
        var label = SubjectKey.DerivationLabel("dateshift", "182");
        var (key, other) = (Maskers.Subject(_keys), Maskers.Subject(_keys, 2));
        key.Derive(label).Should().Be(key.Derive(label)).And.NotBe(other.Derive(label));
        key.Derive(label).Should().NotBe(key.Derive(SubjectKey.DerivationLabel("dateshift", "183")));
        key.Derive(label).Should().NotBe(key.Derive(SubjectKey.DerivationLabel("dateshift1", "82")));
    }

    [Fact]
    public void Derive_OfAKeyWhoseMacHalfIsOfTheRfc_IsItsS2v()
    {
        // S2V(label, "") in RFC 5297's own steps over .NET's AES: D = dbl(CMAC(zero)) ^ CMAC(label); then CMAC(dbl(D) ^ pad("")).
        var material = Enumerable.Range(0, 64).Select(index => (byte)index).ToArray();
        var label = SubjectKey.DerivationLabel("dateshift", "182");
        using var aes = Aes.Create();
        aes.Key = material[..32];
        var zero = Number(Cmac(aes, new byte[16]));
        var state = Double(zero) ^ Number(Cmac(aes, label));
        var last = Double(state) ^ (UInt128.One << 127);
        new SubjectKey(material).Derive(label).Should().Be(Number(Cmac(aes, Bytes(last))));
    }

    public void Dispose() => _keys.Dispose();

    // RFC 4493, over single blocks.
    private static byte[] Cmac(Aes aes, byte[] message)
    {
        var whole = Double(Number(aes.EncryptEcb(new byte[16], PaddingMode.None)));
        var partial = Double(whole);
        var blocks = message.Chunk(16).DefaultIfEmpty([]).ToArray();
        var state = new byte[16];
        for (var index = 0; index < blocks.Length; index++)
        {
            var block = Number([
                .. blocks[index],
                .. blocks[index].Length < 16 ? [(byte)0x80] : Array.Empty<byte>(),
                .. new byte[16],
            ]);
            if (index == blocks.Length - 1)
            {
                block ^= blocks[index].Length == 16 ? whole : partial;
            }

            state = aes.EncryptEcb(Bytes(block ^ Number(state)), PaddingMode.None);
        }

        return state;
    }

    private static UInt128 Double(UInt128 value) => (value << 1) ^ ((value >> 127) * 0x87);

    private static UInt128 Number(byte[] bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);

    private static byte[] Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    private static int Day(string text) =>
        DateOnly.ParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;

    private static string Text(int day) =>
        DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
