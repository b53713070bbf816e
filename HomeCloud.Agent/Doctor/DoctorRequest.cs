using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Doctor.DoctorRequest>;

namespace HomeCloud.Agent.Doctor;

/// <summary>What <c>doctor</c> is asked for: where to look, which checks, and how the findings are printed.</summary>
public sealed class DoctorRequest
{
    public DoctorOptions Options { get; } = new();

    public bool Json { get; set; }

    /// <summary>Only name the checks.</summary>
    public bool List { get; set; }

    /// <summary>Ids of the checks to run; empty: all.</summary>
    public IReadOnlyList<string> Only { get; private set; } = [];

    /// <inheritdoc cref="DoctorOptions.SharedRows"/>
    public static OptionRow<DoctorRequest>[] SharedRows => DoctorOptions.SharedRows.In((DoctorRequest r) => r.Options);

    public static OptionRow<DoctorRequest>[] Rows =>
    [
        .. DoctorOptions.Rows.In((DoctorRequest r) => r.Options),
        new("only", "ID[,ID...]", "Run these checks only.", ReadOnly) { Repeatable = true },
        Flag("list", "Print the checks that there are.", r => r.List = true),
        Flag("json", "Print the findings as JSON.", r => r.Json = true),
    ];

    /// <inheritdoc cref="DoctorOptions.Validate"/>
    public IEnumerable<string> Validate() => Options.Validate();

    private static string? ReadOnly(DoctorRequest request, IReadOnlyList<string> values)
    {
        string[] ids = [.. values.SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        string[] known = [.. DoctorChecks.All(TimeProvider.System).Select(check => check.Id)];
        request.Only = ids;
        return Array.Find(ids, id => !known.Contains(id)) is { } wrong
            ? NearestName.Of(wrong, known) is { } nearest ? $"names no check: did you mean '{nearest}'?" : $"names no check: --list prints them"
            : null;
    }
}
