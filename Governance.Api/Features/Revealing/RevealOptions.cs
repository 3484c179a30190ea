using System.ComponentModel.DataAnnotations;
using Governance.Masking.Revealing;

namespace Governance.Api.Features.Revealing;

/// <summary>How much a person may reveal. Each process counts by itself, from when it started.</summary>
internal sealed class RevealOptions : IValidatableObject
{
    public const string SectionName = "Governance:Reveal";

    /// <summary>How many values one call may ask for; default 100.</summary>
    [Range(1, RevealRequest.MaximumValues)]
    public int MaxValues { get; set; } = 100;

    /// <summary>How many values a person may ask for a minute, in the long run; default 60. What is refused counts too.</summary>
    [Range(1, 60_000)]
    public int ValuesPerMinute { get; set; } = 60;

    /// <summary>How many values a person may ask for at once, after a rest; default 200.</summary>
    [Range(1, 100_000)]
    public int BurstValues { get; set; } = 200;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BurstValues < MaxValues)
        {
            yield return new ValidationResult(
                $"It is less than {nameof(MaxValues)}: a full call could never be answered.",
                [nameof(BurstValues)]
            );
        }
    }
}
