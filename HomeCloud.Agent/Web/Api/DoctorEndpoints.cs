using HomeCloud.Agent.Web.Health;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/doctor: the findings of homecloud doctor.</summary>
internal static class DoctorEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var doctor = api.MapGroup("/doctor").WithTags("Doctor");
        doctor.MapGet("", (HealthDesk desk) => desk.View).WithSummary("The running examination, or the last one");
        doctor.MapPost("", (HealthDesk desk) => Results.Accepted("/api/v1/doctor", desk.Begin()))
            .WithSummary("Examine this machine and its LAN; changes nothing. Each finding comes as an event 'doctor' too").Produces<HealthView>(202);
    }
}
