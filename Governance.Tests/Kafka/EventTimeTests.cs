using System.Globalization;
using Governance.Masking.Kafka;

namespace Governance.Tests.Kafka;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(1_772_960_400_123, "2026-03-08T09:00:00.123Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999Z")]
    [InlineData(1_772_960_400_123_456, "9999-12-31T23:59:59.999Z")]
    [InlineData(long.MaxValue, "9999-12-31T23:59:59.999Z")]
    [InlineData(long.MinValue, "0001-01-01T00:00:00.000Z")]
    public void Of_AnyNumber_IsAnInstant(long milliseconds, string expected) =>
        EventTime.Of(milliseconds).Should().Be(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture));
}
