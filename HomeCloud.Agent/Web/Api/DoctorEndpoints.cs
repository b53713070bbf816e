using HomeCloud.Agent.Web.Health;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/doctor: the findings of homecloud doctor.</summary>
internal static class DoctorEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var doctor = api.MapGroup("/doctor").WithTags("Doctor");
        doctor.MapGet("", (HealthDesk desk, HttpContext context) => HealthView.From(desk.State, AnswerLanguage.For(context))).WithSummary("The running check, or the last one");
        doctor.MapPost("", (HealthDesk desk, HttpContext context) => Results.Accepted("/api/v1/doctor", HealthView.From(desk.Begin(), AnswerLanguage.For(context))))
            .WithSummary("Check this machine and its LAN; changes nothing. Each finding is also sent as an event 'doctor'").Produces<HealthView>(202);
    }
}
