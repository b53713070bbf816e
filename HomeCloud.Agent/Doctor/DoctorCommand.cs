using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Doctor;

/// <summary><c>homecloud-agent doctor</c>, which <c>homecloud doctor</c> runs: works without an agent, an engine or a network.</summary>
public static class DoctorCommand
{
    public static async Task<int> RunAsync(DoctorRequest request, DockerOptions docker, TextWriter output, bool colours, Catalogue catalogue, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        if (request.List)
        {
            await output.WriteAsync(request.Json ? DoctorReport.JsonList(DoctorChecks.All(time)) + "\n" : DoctorReport.List(DoctorChecks.All(time), catalogue));
            return 0;
        }

        var checks = DoctorChecks.All(time).Where(check => request.Only.Count == 0 || request.Only.Contains(check.Id)).ToList();
        using var engine = new EngineClient(docker, time);
        var patient = new Patient(request.Options, engine, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(time));
        var results = await new Examination(checks, patient).RunAsync(
            result =>
            {
                if (!request.Json)
                    output.Write(DoctorReport.Text(result, colours, catalogue));
            },
            cancellationToken);
        await output.WriteAsync(request.Json ? DoctorReport.Json(results) + "\n" : DoctorReport.Summary(results, catalogue));
        return DoctorReport.ExitCode(results);
    }
}
