using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Governance.Api.Storage;

/// <summary>Stores an instant as its UTC ticks (100 ns since the year 1): SQLite cannot compare its own text form of offsets.</summary>
internal sealed class UtcTicksConverter()
    : ValueConverter<DateTimeOffset, long>(
        instant => instant.UtcTicks,
        ticks => new DateTimeOffset(ticks, TimeSpan.Zero)
    );
