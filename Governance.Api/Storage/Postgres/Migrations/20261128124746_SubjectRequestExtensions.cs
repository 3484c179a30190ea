using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class SubjectRequestExtensions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ExtendedAt",
                schema: "governance_state",
                table: "subject_requests",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "ExtensionReason",
                schema: "governance_state",
                table: "subject_requests",
                type: "text",
                nullable: true,
                collation: "C"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "ExtendedAt", schema: "governance_state", table: "subject_requests");

            migrationBuilder.DropColumn(name: "ExtensionReason", schema: "governance_state", table: "subject_requests");
        }
    }
}
