using HomeCloud.Agent.Web.Health;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/doctor: the findings of homecloud doctor.</summary>
internal static class DoctorEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var doctor = api.MapGroup("/doctor").WithTags("Doctor");
        doctor.MapGet("", (HealthDesk desk) => desk.View).WithSummary("The running check, or the last one");
        doctor.MapPost("", (HealthDesk desk) => Results.Accepted("/api/v1/doctor", desk.Begin()))
            .WithSummary("Check this machine and its LAN; changes nothing. Each finding is also sent as an event 'doctor'").Produces<HealthView>(202);
    }
}
