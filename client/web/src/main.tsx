import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { createData } from './data';
import './styles/base.css';
import './styles/kit.css';
import './styles/kit-choose.css';
import './styles/frame.css';
import './styles/sign-in.css';
import './styles/today.css';
import './styles/caseload.css';
import './styles/case.css';
import './styles/record.css';
import './styles/case-sides.css';
import './styles/map.css';
import './styles/conflict.css';
import './styles/form.css';
import './styles/sync.css';
import './styles/letters.css';
import './styles/letters-write.css';
import './styles/groups.css';
import './styles/figures.css';
import './styles/figure.css';
import './styles/figures-print.css';
import './styles/admin.css';
import './styles/care.css';
import './styles/audit.css';
import './styles/notices.css';
import './styles/print.css';

createRoot(document.getElementById('app')!).render(
	<StrictMode>
		<App data={createData(window.fetch.bind(window))} />
	</StrictMode>,
);
