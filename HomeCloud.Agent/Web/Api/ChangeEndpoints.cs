using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Changing;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/servers/NAME/set, update, undo: a server that is there is changed.</summary>
internal static class ChangeEndpoints
{
    public static void Map(RouteGroupBuilder api, RouteGroupBuilder servers)
    {
        api.MapGet("/image-news", (ImageNews news, IHostApplicationLifetime lifetime) => news.Look(lifetime.ApplicationStopping).News)
            .WithTags("Servers").WithSummary("Servers whose registry has a newer image, as far as is known; what is not known yet is asked, and told as events 'news'");
        servers.MapGet("/{name}/settings", Show).WithSummary("What can be changed of it, variables with their values").Produces<ServerSettings>().ProducesProblem(404);
        servers.MapPost("/{name}/set", Set).WithSummary("Change it: 200 when it is done, 202 with the operation when a new container takes its place").Produces<ServerView>().Produces<OperationView>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        servers.MapPost("/{name}/update", Update).WithSummary("Pull its image, and make it anew if the image is a newer one").Produces<OperationView>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        servers.MapPost("/{name}/undo", Undo).WithSummary("Go back to the container before the last change").Produces<OperationView>(202).ProducesProblem(404).ProducesProblem(409);
        servers.MapGet("/{name}/image", News).WithSummary("Whether its registry has a newer image; asked once a day, and with ?now=true").Produces<ImageNewsView>().ProducesProblem(404);
    }

    private static async Task<IResult> Show(string name, ServerChanger changer, CancellationToken cancellationToken)
    {
        var settings = await changer.ShowAsync(name, cancellationToken);
        return settings.IsSuccess ? Results.Ok(settings.Value) : Problems.Result(settings.Problem);
    }

    private static async Task<IResult> Set(string name, SetServer request, ServerChanger changer, ServerDirectory directory, HttpContext context)
    {
        var (operation, problem) = await changer.SetAsync(name, request, Callers.Name(context));
        if (problem is not null)
            return Problems.Result(problem);
        if (operation is not null)
            return OperationEndpoints.Accepted(operation, context);

        await directory.RefreshAsync(CancellationToken.None);
        return directory.Servers.TryGetValue(name, out var view) ? Results.Ok(view) : ServerEndpoints.NotFound(name, directory);
    }

    private static async Task<IResult> Update(string name, ServerChanger changer, HttpContext context) => Begun(await changer.UpdateAsync(name, Callers.Name(context)), context);

    private static async Task<IResult> Undo(string name, ServerChanger changer, HttpContext context) => Begun(await changer.UndoAsync(name, Callers.Name(context)), context);

    private static async Task<IResult> News(string name, ImageNews news, HttpContext context, CancellationToken cancellationToken, bool now = false)
    {
        var catalogue = AnswerLanguage.For(context);
        var told = await news.AskAsync(name, now, cancellationToken);
        return told.IsSuccess
            ? Results.Ok(new ImageNewsView(told.Value.Image, told.Value.IsNewer, told.Value.AskedAt, told.Value.Note?.In(catalogue)))
            : Problems.Result(told.Problem);
    }

    private static IResult Begun(Outcome<Operation> operation, HttpContext context) =>
        operation.IsSuccess ? OperationEndpoints.Accepted(operation.Value, context) : Problems.Result(operation.Problem);
}
