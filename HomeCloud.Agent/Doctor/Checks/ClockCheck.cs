using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether this machine's clock is right: certificates, leases and "stopped 3 min ago" depend on it.</summary>
internal sealed class ClockCheck(TimeProvider time) : IDoctorCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Harmful = TimeSpan.FromMinutes(2);

    public string Id => "clock";

    public Phrase Title => "clock";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        string?[] servers = patient.Options.TimeServer is { } given ? [given] : [patient.DefaultRoute?.Gateway.ToString(), "pool.ntp.org"];
        foreach (var server in servers.OfType<string>())
        {
            if (await TimeQuestion.OffsetAsync(server, time, cancellationToken) is not { } offset)
                continue;
            var size = offset.Duration();
            var fix = Finding.Verbatim("sudo timedatectl set-ntp true");
            if (size > Harmful)
                return [Finding.Problem($"the clock is {Words(offset)} ({server}): certificates may be refused, and times in answers are wrong.", fix)];
            return size > Tolerated
                ? [Finding.Warning($"the clock is {Words(offset)} ({server}).", fix)]
                : [Finding.Ok($"correct within {size.TotalSeconds:0.0} s ({server})")];
        }

        return [Finding.Note($"no time server answered ({string.Join(", ", servers.OfType<string>())})")];
    }

    private static Phrase Words(TimeSpan offset)
    {
        var size = Finding.Time(offset.Duration());
        return offset > TimeSpan.Zero ? (Phrase)$"{size} behind" : $"{size} ahead";
    }
}
