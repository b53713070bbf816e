using System.Diagnostics;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>BIND's signer on the zone files of a folder: <c>lab.zone</c> becomes <c>lab.signed</c>, that of the root is called <c>root</c>.</summary>
internal sealed class ZoneSigner(string folder)
{
    /// <param name="zone">Its name, with the dot at its end.</param>
    /// <param name="algorithm">As dnssec-keygen calls it.</param>
    /// <param name="key">More that dnssec-keygen shall know.</param>
    /// <param name="sign">More that dnssec-signzone shall know.</param>
    /// <returns>DS records for the zone above.</returns>
    public async Task<string> SignAsync(string zone, string algorithm = "ECDSAP256SHA256", string key = "", string sign = "")
    {
        var file = zone == "." ? "root" : zone.TrimEnd('.');
        var name = (await RunAsync("dnssec-keygen", $"-q -a {algorithm} {key} -f KSK -K . {zone}")).Trim();
        File.AppendAllText(Path.Combine(folder, $"{file}.zone"), File.ReadAllText(Path.Combine(folder, $"{name}.key")));
        await RunAsync("dnssec-signzone", $"-q -z -P -K . -d . -o {zone} {sign} -f {file}.signed {file}.zone {name}");
        return await File.ReadAllTextAsync(Path.Combine(folder, $"dsset-{zone}"));
    }

    /// <summary>How the file of a zone begins.</summary>
    /// <param name="zone">Its name.</param>
    /// <param name="server">Address of its name server.</param>
    public static string Start(string zone, string server) => $"""
        $ORIGIN {zone}
        $TTL 300
        @ SOA ns root 1 3600 600 86400 300
        @ NS ns
        ns A {server}

        """;

    private async Task<string> RunAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, $"{program} {arguments}: {await errors}");
        return output;
    }
}
