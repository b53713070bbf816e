using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Doctor;

/// <summary><c>homecloud-agent doctor</c>, which <c>homecloud doctor</c> runs: works without an agent, an engine or a network.</summary>
public static class DoctorCommand
{
    public const int UsageError = 2;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, DockerOptions docker, DoctorOptions options, TextWriter output, TextWriter error, bool colours, CancellationToken cancellationToken)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            await output.WriteLineAsync(DoctorArguments.Usage);
            return 0;
        }

        var request = new DoctorRequest();
        if (DoctorArguments.Read(arguments, options, request) is { } problem)
        {
            await error.WriteLineAsync("homecloud: " + problem);
            return UsageError;
        }

        var time = TimeProvider.System;
        var checks = DoctorChecks.All(time).Where(check => request.Only.Count == 0 || request.Only.Contains(check.Id)).ToList();
        if (request.List || checks.Count == 0)
        {
            foreach (var check in DoctorChecks.All(time))
                await output.WriteLineAsync($"{check.Id,-14}{check.Title}");
            return request.List ? 0 : UsageError;
        }

        using var engine = new EngineClient(docker, time);
        var patient = new Patient(options, engine, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(time));
        var results = await new Examination(checks, patient).RunAsync(
            result =>
            {
                if (!request.Json)
                    output.Write(DoctorReport.Text(result, colours));
            },
            cancellationToken);
        await output.WriteAsync(request.Json ? DoctorReport.Json(results) + "\n" : DoctorReport.Summary(results));
        return DoctorReport.ExitCode(results);
    }
}
