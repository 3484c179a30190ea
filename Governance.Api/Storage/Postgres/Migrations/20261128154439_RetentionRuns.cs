using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RetentionRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "retention_runs",
                schema: "governance_state",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Period = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Before = table.Column<long>(type: "bigint", nullable: false),
                    StartedAt = table.Column<long>(type: "bigint", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    Verdict = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "bigint", nullable: true),
                    RowsBefore = table.Column<long>(type: "bigint", nullable: true),
                    Matched = table.Column<long>(type: "bigint", nullable: true),
                    RowsAfter = table.Column<long>(type: "bigint", nullable: true),
                    MatchedAfter = table.Column<long>(type: "bigint", nullable: true),
                    ControlUnchanged = table.Column<bool>(type: "boolean", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retention_runs", x => x.JobId);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_retention_runs_Dataset_Before",
                schema: "governance_state",
                table: "retention_runs",
                columns: new[] { "Dataset", "Before" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_retention_runs_EndedAt",
                schema: "governance_state",
                table: "retention_runs",
                column: "EndedAt"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "retention_runs", schema: "governance_state");
        }
    }
}
