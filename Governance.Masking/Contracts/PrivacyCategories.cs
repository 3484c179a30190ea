using System.Collections.Frozen;

namespace Governance.Masking.Contracts;

/// <summary>
/// The data categories of Fideslang 3.2 (<see href="https://ethyca.github.io/fideslang/taxonomy/data_categories/"/>), its
/// replaced keys too. A contract may refine a key of two or more parts: <c>user.contact.email.work</c>.
/// </summary>
public static class PrivacyCategories
{
    // A line for each key of two parts: the key, then its children, which may have children of their own.
    private static readonly string[] Rows =
    [
        "user.account settings username",
        "user.authorization credentials biometric biometrics password",
        "user.behavior browsing_history media_consumption purchase_history search_history",
        "user.biometric fingerprint retinal voice health",
        "user.biometrics fingerprint retinal voice",
        "user.childrens",
        "user.children children_under_thirteen thirteen_to_sixteen",
        "user.contact address address.city address.country address.postal_code address.state address.street "
            + "address.mailing_address email phone_number url social_url fax_number organization",
        "user.content private public self_image",
        "user.criminal_history",
        "user.demographic age_range date_of_birth gender language marital_status political_opinion profile "
            + "race_ethnicity religious_belief sexual_orientation citizenship_or_immigration_status "
            + "philosophical_belief protected_classifications union_membership",
        "user.device cookie cookie_id device_id ip_address sensor telemetry",
        "user.financial bank_account credit_card",
        "user.government_id birth_certificate drivers_license_number immigration national_identification_number "
            + "passport_number vehicle_registration",
        "user.health baby_formula condition genetic insurance_beneficiary_id maternity_clothing medical_diagnosis "
            + "medications prescriptions record_id reproductive_or_sexual social_psychological_behavioral symptons treatment",
        "user.health_and_medical genetic insurance_beneficiary_id record_id",
        "user.job_title",
        "user.location imprecise coarse precise",
        "user.name first last",
        "user.payment",
        "user.privacy_preferences",
        "user.professional_information job_title workplace",
        "user.sensor",
        "user.settings",
        "user.social",
        "user.social_activity",
        "user.telemetry",
        "user.unique_id pseudonymous deterministic probablistic",
        "user.user_sensor",
        "user.workplace",
        "system.authentication",
        "system.operations",
    ];

    /// <summary>Every key.</summary>
    public static FrozenSet<string> All { get; } =
        Rows.SelectMany(Expand).Concat(["user", "system"]).ToFrozenSet(StringComparer.Ordinal);

    private static string[] Sorted { get; } = [.. All.Order(StringComparer.Ordinal)];

    /// <summary>Whether a key is one of Fideslang's, or refines one.</summary>
    public static bool IsKnown(string key) => All.Contains(key) || Refines(key);

    /// <summary>Whether a category says something of a person; those below <c>system</c> do not.</summary>
    public static bool IsPersonal(string key) =>
        !string.Equals(key, "system", StringComparison.Ordinal) && !key.StartsWith("system.", StringComparison.Ordinal);

    /// <summary>The known key that was most likely meant, or <see langword="null"/>.</summary>
    public static string? Nearest(string key) => Yaml.Words.Nearest(key, Sorted);

    private static bool Refines(string key)
    {
        var dot = key.LastIndexOf('.');
        if (dot < 0 || key.Length > 200)
        {
            return false;
        }

        var parent = key[..dot];
        var name = key[(dot + 1)..];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            return false;
        }

        // A slip of the pen beside a known key is no refinement: user.contact.emial.
        return All.Contains(parent)
            ? parent.Contains('.', StringComparison.Ordinal)
                && !All.Any(known =>
                    known.StartsWith(parent + ".", StringComparison.Ordinal) && Yaml.Words.Distance(known, key, 2) <= 2
                )
            : Refines(parent);
    }

    private static IEnumerable<string> Expand(string row)
    {
        var words = row.Split(' ');
        return words.Skip(1).Select(word => $"{words[0]}.{word}").Prepend(words[0]);
    }
}
